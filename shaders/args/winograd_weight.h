/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 3x3 windows of a weight transformed to the points of a tile. Group y is a column, groups x and lanes
 * are fours of channels.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzWinogradWeightArgs)
  pz_u64 w; /* [n, 3, 3, channels] */
  pz_u64 y; /* f32 [points, n, channels] */
  pz_u32 n;
  pz_u32 channels;
PZ_ARGS_END (PzWinogradWeightArgs);
