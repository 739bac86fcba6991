/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A progress bar and a line of text under it. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/params.h"

G_BEGIN_DECLS

#define PZ_TYPE_STATUS_LINE (pz_status_line_get_type ())
G_DECLARE_FINAL_TYPE (PzStatusLine, pz_status_line, PZ, STATUS_LINE, GtkBox)

GtkWidget *pz_status_line_new (void);

void pz_status_line_say (PzStatusLine *line, const char *text);
const char *pz_status_line_get_text (PzStatusLine *line); /* (transfer none) */
/* Sets only the bar; the text stays. */
void pz_status_line_set_fraction (PzStatusLine *line, double fraction);
/* Sets the bar and the text. */
void pz_status_line_show (PzStatusLine *line, const PzProgress *progress);

G_END_DECLS
