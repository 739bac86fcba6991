/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "What Do I Need?": the files of a model, what each one is for, which exist and how large they are, and a button that
 * copies the list. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* model: its folder or file, or NULL for the folders that are searched. Returns at once; the window is destroyed with
 * that of `parent` at the latest. */
void pz_model_needs_show (GtkWidget *parent, GFile *model, const char *beside);

/* The list as text, for the clipboard. (transfer full) */
char *pz_model_needs_to_text (GFile *model, const char *beside);

G_END_DECLS
