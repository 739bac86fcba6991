/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzMeanArgs)
  pz_u64 x; /* [outer, n_summed, inner] */
  pz_u64 y; /* [outer, inner] */
  pz_u32 n; /* outer * inner */
  pz_u32 n_summed;
  pz_u32 inner;
  pz_u32 inner_multiplier;
  pz_u32 inner_shift;
PZ_ARGS_END (PzMeanArgs);
