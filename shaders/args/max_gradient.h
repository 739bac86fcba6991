/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzMaxGradientArgs)
  pz_u64 x;     /* F32 [batch, n] */
  pz_u64 most;  /* F32 [batch]: the largest of x */
  pz_u64 d_out; /* F32 [batch] */
  pz_u64 y;     /* F32 [batch, n]: d_out at the first maximum, else 0 */
  pz_u32 batch;
  pz_u32 n; /* at most 2^24 */
PZ_ARGS_END (PzMaxGradientArgs);
