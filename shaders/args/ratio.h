/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzRatioArgs)
  pz_u64 a; /* F32 [n] */
  pz_u64 b; /* F32 [n] */
  pz_u64 y; /* F32 [n]: a / b, 0 where b is not positive; may be a */
  pz_u32 n;
PZ_ARGS_END (PzRatioArgs);
