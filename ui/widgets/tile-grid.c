/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/widgets/tile-grid.h"

struct _PzTileGrid
{
  GtkGrid parent;

  GPtrArray *tiles; /* GtkWidget (unowned), in order */
  gint width, spacing;
  guint place_id;
};

G_DEFINE_FINAL_TYPE (PzTileGrid, pz_tile_grid, GTK_TYPE_GRID)

static gint
count_columns (PzTileGrid *grid)
{
  gint wide = 1, tile_width;

  for (guint i = 0; i < grid->tiles->len; i++)
    {
      gtk_widget_get_preferred_width (grid->tiles->pdata[i], NULL, &tile_width);
      wide = MAX (wide, tile_width);
    }
  return MAX (1, (grid->width + grid->spacing) / (wide + grid->spacing));
}

static gboolean
place (gpointer data)
{
  PzTileGrid *grid = data;
  gint columns = count_columns (grid), n = 0;

  grid->place_id = 0;
  for (guint i = 0; i < grid->tiles->len; i++)
    if (gtk_widget_get_visible (grid->tiles->pdata[i]))
      {
        gtk_container_child_set (GTK_CONTAINER (grid), grid->tiles->pdata[i], "left-attach",
                                 n % columns, "top-attach", n / columns, NULL);
        n++;
      }
  return G_SOURCE_REMOVE;
}

/* When idle, because children must not move during size allocation. */
static void
place_later (PzTileGrid *grid)
{
  if (grid->place_id == 0)
    grid->place_id = g_idle_add_full (GTK_PRIORITY_RESIZE, place, grid, NULL);
}

static void
pz_tile_grid_add (GtkContainer *container, GtkWidget *tile)
{
  PzTileGrid *grid = PZ_TILE_GRID (container);

  g_ptr_array_add (grid->tiles, tile);
  gtk_grid_attach (GTK_GRID (grid), tile, (gint) grid->tiles->len - 1, 0, 1, 1);
  g_signal_connect_swapped (tile, "show", G_CALLBACK (place_later), grid);
  g_signal_connect_swapped (tile, "hide", G_CALLBACK (place_later), grid);
  place_later (grid);
}

/* In the order of the tiles; GtkGrid's own order is from last to first. */
static void
pz_tile_grid_forall (GtkContainer *container,
                     gboolean internals,
                     GtkCallback callback,
                     gpointer data)
{
  PzTileGrid *grid = PZ_TILE_GRID (container);
  g_autoptr (GPtrArray) tiles =
    grid->tiles ? g_ptr_array_copy (grid->tiles, NULL, NULL) : g_ptr_array_new ();

  (void) internals;
  for (guint i = 0; i < tiles->len; i++)
    callback (tiles->pdata[i], data);
}

static void
pz_tile_grid_remove (GtkContainer *container, GtkWidget *tile)
{
  PzTileGrid *grid = PZ_TILE_GRID (container);

  g_signal_handlers_disconnect_by_data (tile, grid);
  g_ptr_array_remove (grid->tiles, tile);
  GTK_CONTAINER_CLASS (pz_tile_grid_parent_class)->remove (container, tile);
  place_later (grid);
}

static void
pz_tile_grid_dispose (GObject *object)
{
  G_OBJECT_CLASS (pz_tile_grid_parent_class)->dispose (object); /* removes the tiles */
  g_clear_handle_id (&PZ_TILE_GRID (object)->place_id, g_source_remove);
}

static void
pz_tile_grid_finalize (GObject *object)
{
  g_clear_pointer (&PZ_TILE_GRID (object)->tiles, g_ptr_array_unref);
  G_OBJECT_CLASS (pz_tile_grid_parent_class)->finalize (object);
}

static void
pz_tile_grid_class_init (PzTileGridClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pz_tile_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = pz_tile_grid_finalize;
  GTK_CONTAINER_CLASS (klass)->add = pz_tile_grid_add;
  GTK_CONTAINER_CLASS (klass)->remove = pz_tile_grid_remove;
  GTK_CONTAINER_CLASS (klass)->forall = pz_tile_grid_forall;
}

static void
pz_tile_grid_init (PzTileGrid *grid)
{
  grid->tiles = g_ptr_array_new ();
}

GtkWidget *
pz_tile_grid_new (gint spacing)
{
  PzTileGrid *grid = g_object_new (PZ_TYPE_TILE_GRID, NULL);

  grid->spacing = spacing;
  gtk_grid_set_row_spacing (GTK_GRID (grid), (guint) spacing);
  gtk_grid_set_column_spacing (GTK_GRID (grid), (guint) spacing);
  return GTK_WIDGET (grid);
}

void
pz_tile_grid_set_width (PzTileGrid *grid, gint width)
{
  if (grid->width == width)
    return;
  grid->width = width;
  place_later (grid);
}
