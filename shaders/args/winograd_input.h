/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Winograd input transform (B^T d B) of overlapping tiles of (TILE + 2) x (TILE + 2) pixels, TILE pixels apart, to as many
 * points. Tiles are ordered line by line, then picture by picture; a vector is a run of tiles, one per lane of a workgroup.
 * gl_WorkGroupID: x = vector of tiles, y = a run of channels, one per lane, z = two neighbouring tiles of the vector.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzWinogradInputArgs)
  pz_u64 x;      /* [pictures, height, width, channels]; zero outside a picture */
  pz_u64 y;      /* f32 [points, vectors, channels, lanes] */
  pz_u32 vectors;
  pz_u32 pictures;
  pz_u32 height;
  pz_u32 width;
  pz_u32 channels;
  pz_u32 first_vector;
  pz_u32 tiles_per_line;
  pz_u32 lines; /* of tiles in one picture */
  pz_i32 pad_top;
  pz_i32 pad_left;
PZ_ARGS_END (PzWinogradInputArgs);
