/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tiles of a latent and of its picture on the host: cutting one out of the whole, and adding it to the whole with its
 * shares. Thread: any.
 */
#pragma once

#include "models/tasks/tiling.h"

G_BEGIN_DECLS

typedef struct
{
  PzTiling down, across; /* in latent pixels */
} PzTiles;

/* Row by row. */
guint pz_tiles_count (const PzTiles *tiles);

/* A plane is [scale * down.total, scale * across.total, channels] as a whole, and a tile of it
 * [scale * down.length, scale * across.length, channels]; scale is 1 for the latent, its factor for the picture. */
typedef struct
{
  guint scale, channels;
} PzTilePlane;

/* Values of a tile of the plane. */
gsize pz_tiles_n_values (const PzTiles *tiles, const PzTilePlane *plane);

void pz_tiles_cut (const PzTiles *tiles,
                   const PzTilePlane *plane,
                   guint index,
                   const float *whole,
                   float *tile);

/* The whole is zeros at first, and complete when all tiles have been added. */
void pz_tiles_add (const PzTiles *tiles,
                   const PzTilePlane *plane,
                   guint index,
                   const float *tile,
                   float *whole);

G_END_DECLS
