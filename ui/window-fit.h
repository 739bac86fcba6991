/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A window that follows the screen: as high as its content likes, but never so high that its buttons are out of reach. What is
 * in it must be able to shrink (scroll). Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Before the window is shown: that wide, if the screen is, and as high as it likes, if the screen is. */
void pz_window_fit (GtkWindow *window, gint width);

/* After its content has grown by `more` pixels: makes the shown window higher by that, but not higher than its content likes
 * and the screen allows. */
void pz_window_grow (GtkWindow *window, gint more);

/* A scrolled window that asks for the height of what is in it, and scrolls where it gets less. */
GtkWidget *pz_window_scroll (GtkWidget *content);
/* The same inside a popover, which lies inside its window, however low that is. */
GtkWidget *pz_window_scroll_in_popover (GtkWidget *popover, GtkWidget *content);

/* So low a screen that nothing stands empty. */
gboolean pz_window_is_on_low_screen (GtkWidget *widget);

G_END_DECLS
