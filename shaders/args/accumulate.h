/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzAccumulateArgs)
  pz_u64 sum;  /* F32 [n] */
  pz_u64 x;    /* [n] */
  pz_u64 keep; /* F32 [1] */
  pz_u64 y;    /* F32 [n]: keep * sum + x; may be sum */
  pz_u32 n;
PZ_ARGS_END (PzAccumulateArgs);
