/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One axis of a latent, cut into tiles of one length that overlap, and how they are blended. The scratch of encoders and
 * decoders grows with the picture; tiles keep it below what a fixed size takes. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Latent pixels. What is longer than the most is cut; neighbours share at least the overlap, so that the convolutions
 * of a tile see across its seams and differences of its norms fade out over 128 pixels of a picture. */
#define PZ_TILE_MOST 72
#define PZ_TILE_SMALL 48 /* the most where memory is short */
#define PZ_TILE_OVERLAP 16

typedef struct
{
  guint total; /* of the axis */
  guint n_tiles; /* 1 = whole */
  guint length; /* of each tile */
} PzTiling;

/* The fewest tiles of at most `most` (one of the two above), and those as short as can be. total > 0. */
PzTiling pz_tiling (guint total, guint most);

/* Where tile `index` begins: the first at 0, the last ends at the total, the others evenly between. */
guint pz_tiling_start (const PzTiling *tiling, guint index);

/* How much of a picture's pixel comes from tile `index`, 0..1: a ramp over each overlap. factor: pixels of a picture
 * per latent pixel; pixel: counted from the tile's first. Of all tiles over a pixel the shares add up to 1. */
float pz_tiling_share (const PzTiling *tiling, guint index, guint factor, guint pixel);

G_END_DECLS
