/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One picture in its own window, large but inside the screen. Escape closes it. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* picture is kept as long as it is shown; parent: any widget in the window that it belongs to. */
void pz_picture_window_show (GtkWidget *parent, GdkPixbuf *picture, const char *title);

G_END_DECLS
