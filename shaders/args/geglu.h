/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzGegluArgs)
  pz_u64 x; /* [rows, 2 * width] */
  pz_u64 y; /* [rows, width] */
  pz_u32 rows;
  pz_u32 width;
  pz_u32 quads; /* per row; the last one may be partial */
  pz_u32 quads_multiplier;
  pz_u32 quads_shift;
PZ_ARGS_END (PzGegluArgs);
