/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tiles of TILE + 2 pixels squared, every TILE pixels one, transformed to as many points. Tiles are
 * counted line by line and picture by picture, and the lanes are neighbours in that order. Group x is a
 * vector of tiles, group y four channels.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzWinogradInputArgs)
  pz_u64 x;      /* [pictures, height, width, channels]; outside a picture it is zeros */
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
