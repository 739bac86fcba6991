/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tiles of a latent and of its picture on the host: extracting a tile, and adding a tile to the whole with its blending
 * weights. Thread: any.
 */
#pragma once

#include "models/tasks/tiling.h"

G_BEGIN_DECLS

typedef struct
{
  PzTiling down, across; /* in latent pixels */
} PzTiles;

/* The number of tiles; they are numbered row by row. */
guint pz_tiles_count (const PzTiles *tiles);

/* A whole plane is [scale * down.total, scale * across.total, channels]; one of its tiles is [scale * down.length, scale *
 * across.length, channels]. scale is 1 for the latent, and `factor` for the picture. */
typedef struct
{
  guint scale, channels;
} PzTilePlane;

/* The number of values in a tile of the plane. */
gsize pz_tiles_n_values (const PzTiles *tiles, const PzTilePlane *plane);

void pz_tiles_cut (const PzTiles *tiles,
                   const PzTilePlane *plane,
                   guint index,
                   const float *whole,
                   float *tile);

/* whole must be zeroed before the first tile; it is complete when all tiles have been added. */
void pz_tiles_add (const PzTiles *tiles,
                   const PzTilePlane *plane,
                   guint index,
                   const float *tile,
                   float *whole);

G_END_DECLS
