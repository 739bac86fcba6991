/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One picture in a window of its own, as large as the screen allows. Escape closes it. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* picture is kept as long as it is shown; parent: any widget of the window it belongs to. */
void pz_picture_window_show (GtkWidget *parent, GdkPixbuf *picture, const char *title);

G_END_DECLS
