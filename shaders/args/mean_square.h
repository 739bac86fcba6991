/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzMeanSquareArgs)
  pz_u64 x;      /* [batch, n] */
  pz_u64 target; /* F32 [batch, n] */
  pz_u64 weight; /* F32 [batch, n / channels], 0 = ones */
  pz_u64 d_out;  /* F32 [batch]; read by the gradient only */
  pz_u64 y;      /* F32 [batch]; for the gradient [batch, n] */
  pz_u32 batch;
  pz_u32 n;
  pz_u32 channels;
  pz_u32 channels_multiplier;
  pz_u32 channels_shift;
PZ_ARGS_END (PzMeanSquareArgs);
