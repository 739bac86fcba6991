/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tiles of 4x4 pixels, every two pixels one, transformed: sheets[point, line, channel, column] of
 * tiles, 16 points. Group x is a line of tiles, group y four channels.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzWinogradTurnArgs)
  pz_u64 x;      /* [height, width, channels] */
  pz_u64 sheets; /* f32 [16, lines, channels, columns] */
  pz_u32 plane;  /* elements of one point */
  pz_u32 height;
  pz_u32 width;
  pz_u32 channels;
  pz_u32 columns; /* a multiple of the workgroup's lanes */
  pz_i32 first_line; /* of x, the first tile's first; outside x it is zeros */
  pz_i32 pad_left;
PZ_ARGS_END (PzWinogradTurnArgs);
