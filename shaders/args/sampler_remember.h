/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSamplerRememberArgs)
  pz_u64 past;  /* F32 [4, n] */
  pz_u64 x;     /* F32 [n] */
  pz_u64 pred;  /* [n], or [2 n]: unconditional, then conditional */
  pz_u64 knobs; /* F32 [12] */
  pz_u64 y;     /* F32 [4, n], may be past */
  pz_u32 n;
  pz_u32 guided;
PZ_ARGS_END (PzSamplerRememberArgs);
