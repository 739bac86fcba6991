/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzNotFiniteArgs)
  pz_u64 x;      /* [n] */
  pz_u64 before; /* F32 [1], 0 = none */
  pz_u64 y;      /* F32 [groups]: 1 where a run has a NaN or infinity */
  pz_u32 n;
  pz_u32 run; /* elements per workgroup */
PZ_ARGS_END (PzNotFiniteArgs);
