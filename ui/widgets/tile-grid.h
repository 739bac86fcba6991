/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Widgets of one size in rows, as many in a row as fit, in the order in which they were added; hidden widgets leave no
 * gap. They are plain children of a GtkGrid, so focus and accessibility are GTK's. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PZ_TYPE_TILE_GRID (pz_tile_grid_get_type ())
G_DECLARE_FINAL_TYPE (PzTileGrid, pz_tile_grid, PZ, TILE_GRID, GtkGrid)

/* Children are added with gtk_container_add (). */
GtkWidget *pz_tile_grid_new (gint spacing);
/* The available width in pixels. The children move shortly afterwards, not during the call. */
void pz_tile_grid_set_width (PzTileGrid *grid, gint width);

G_END_DECLS
