/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSumArgs)
  pz_u64 x; /* [outer, n_summed, inner] */
  pz_u64 y; /* [outer, parts, inner]: sums of `part` elements each, divided by divisor */
  pz_u32 n; /* elements of y */
  pz_u32 n_summed;
  pz_u32 part;
  pz_u32 parts;
  pz_u32 inner;
  pz_u32 inner_multiplier; /* pz_divisor () of inner and parts */
  pz_u32 inner_shift;
  pz_u32 parts_multiplier;
  pz_u32 parts_shift;
  pz_f32 divisor;
PZ_ARGS_END (PzSumArgs);
