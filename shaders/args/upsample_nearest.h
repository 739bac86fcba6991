/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzUpsampleArgs)
  pz_u64 x; /* [batch * height, width, channels] */
  pz_u64 y; /* [batch * height * factor, width * factor, channels] */
  pz_u32 rows; /* batch * height */
  pz_u32 width;
  pz_u32 channels;
  pz_u32 factor;
  pz_u32 quads; /* per pixel; the last one may be partial */
  pz_u32 quads_multiplier;
  pz_u32 quads_shift;
  pz_u32 width_multiplier;
  pz_u32 width_shift;
PZ_ARGS_END (PzUpsampleArgs);
