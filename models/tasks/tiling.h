/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One axis of a latent, divided into overlapping tiles of equal length, and how they are blended. The scratch memory of
 * encoders and decoders grows with the picture; tiles bound it. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Latent pixels. A longer axis is tiled. Neighbours overlap by at least PZ_TILE_OVERLAP, so that the convolutions of a tile see
 * across its seams, and differences between normalisations fade out over 128 pixels of a picture. */
#define PZ_TILE_MOST 72
#define PZ_TILE_SMALL 48 /* the maximum if memory is short */
#define PZ_TILE_OVERLAP 16

typedef struct
{
  guint total; /* length of the axis */
  guint n_tiles; /* 1 = not tiled */
  guint length; /* of each tile */
} PzTiling;

/* The smallest number of tiles of at most `most` (one of the two above), each as short as possible. total > 0. */
PzTiling pz_tiling (guint total, guint most);

/* The start of tile `index`: the first tile starts at 0, the last ends at total, the others are evenly spaced. */
guint pz_tiling_start (const PzTiling *tiling, guint index);

/* The blending weight of tile `index` for a pixel of the picture, 0..1: a ramp over each overlap. factor: pixels of the picture
 * per latent pixel; pixel: counted from the first of the tile. The weights of all tiles that cover a pixel add up to 1. */
float pz_tiling_share (const PzTiling *tiling, guint index, guint factor, guint pixel);

G_END_DECLS
