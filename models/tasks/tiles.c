/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/tiles.h"

#include <string.h>

guint
pz_tiles_count (const PzTiles *tiles)
{
  return tiles->down.n_tiles * tiles->across.n_tiles;
}

gsize
pz_tiles_n_values (const PzTiles *tiles, const PzTilePlane *plane)
{
  return (gsize) plane->scale * tiles->down.length * plane->scale * tiles->across.length
         * plane->channels;
}

/* The offset of row y of a tile in the whole plane. */
static gsize
row_offset (const PzTiles *tiles, const PzTilePlane *plane, guint index, guint y)
{
  const guint i = index / tiles->across.n_tiles, j = index % tiles->across.n_tiles;
  const gsize top = (gsize) plane->scale * pz_tiling_start (&tiles->down, i);
  const gsize left = (gsize) plane->scale * pz_tiling_start (&tiles->across, j);

  return ((top + y) * plane->scale * tiles->across.total + left) * plane->channels;
}

void
pz_tiles_cut (const PzTiles *tiles,
              const PzTilePlane *plane,
              guint index,
              const float *whole,
              float *tile)
{
  const gsize row = (gsize) plane->scale * tiles->across.length * plane->channels;

  for (guint y = 0; y < plane->scale * tiles->down.length; y++)
    memcpy (tile + y * row, whole + row_offset (tiles, plane, index, y), row * sizeof (float));
}

void
pz_tiles_add (const PzTiles *tiles,
              const PzTilePlane *plane,
              guint index,
              const float *tile,
              float *whole)
{
  const guint i = index / tiles->across.n_tiles, j = index % tiles->across.n_tiles;

  for (guint y = 0; y < plane->scale * tiles->down.length; y++)
    {
      const float share_of_row = pz_tiling_share (&tiles->down, i, plane->scale, y);
      float *to = whole + row_offset (tiles, plane, index, y);

      for (guint x = 0; x < plane->scale * tiles->across.length; x++)
        {
          const float share =
            share_of_row * pz_tiling_share (&tiles->across, j, plane->scale, x);

          for (guint c = 0; c < plane->channels; c++)
            *to++ += share * *tile++;
        }
    }
}
