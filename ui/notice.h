/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bar at the top of the panel: hidden until there is something to say. Thread: main.
 *
 * Signal "action": the user pressed the action button.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PZ_TYPE_NOTICE (pz_notice_get_type ())
G_DECLARE_FINAL_TYPE (PzNotice, pz_notice, PZ, NOTICE, GtkBox)

GtkWidget *pz_notice_new (void);

/* What happened, what to try, the engine's own words; action: label of a button, or NULL. */
void pz_notice_show_error (PzNotice *notice, const GError *error, const char *action);
void pz_notice_hide (PzNotice *notice);

G_END_DECLS
