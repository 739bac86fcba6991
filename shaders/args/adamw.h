/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzAdamwArgs)
  pz_u64 state;  /* F32 [n]: the parameter or one of the running means */
  pz_u64 a;      /* F32 [n]: the gradient; for the parameter, the updated mean */
  pz_u64 square; /* F32 [n]: the updated mean of squares, read for the parameter only */
  pz_u64 knobs;  /* F32 [8]: PzAdamwKnob */
  pz_u64 skip;   /* F32 [1], 0 = none */
  pz_u64 y;      /* F32 [n], may be state */
  pz_u32 n;
PZ_ARGS_END (PzAdamwArgs);

#define PZ_ADAMW_OF_MEAN 0
#define PZ_ADAMW_OF_SQUARE 1
#define PZ_ADAMW_OF_PARAMETER 2
