/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Widgets of one size in rows, as many in a row as there is room for, in the order in which they were added; what is hidden
 * leaves no gap. Plain children of a GtkGrid, so that focus and accessibility are GTK's. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PZ_TYPE_TILE_GRID (pz_tile_grid_get_type ())
G_DECLARE_FINAL_TYPE (PzTileGrid, pz_tile_grid, PZ, TILE_GRID, GtkGrid)

/* Children come by gtk_container_add (). */
GtkWidget *pz_tile_grid_new (gint spacing);
/* In pixels, what may be filled. The new places are taken soon, not during the call. */
void pz_tile_grid_set_width (PzTileGrid *grid, gint width);

G_END_DECLS
