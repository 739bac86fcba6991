/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fits a window to the screen: as high as its content requests, but never so high that its buttons are out of reach.
 * The content must be able to shrink (scroll). Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Call this before the window is shown: sets that width, and the height that the content requests, as far as the screen
 * allows. */
void pz_window_fit (GtkWindow *window, gint width);

/* Call this after the content has grown by `more` pixels: makes the shown window higher by that, but not higher than
 * its content requests and the screen allows. */
void pz_window_grow (GtkWindow *window, gint more);

/* A scrolled window that requests the height of its content, and scrolls if it gets less. */
GtkWidget *pz_window_scroll (GtkWidget *content);
/* The same inside a popover, which must fit into its window, however low that is. */
GtkWidget *pz_window_scroll_in_popover (GtkWidget *popover, GtkWidget *content);

/* The screen is so low that no empty space should be reserved. */
gboolean pz_window_is_on_low_screen (GtkWidget *widget);

G_END_DECLS
