/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzLayerNormGradientArgs)
  pz_u64 x;      /* [rows, width] */
  pz_u64 weight; /* [width] */
  pz_u64 bias;   /* [width] */
  pz_u64 d_out;  /* [rows, width] */
  pz_u64 y;      /* [rows, width], may be d_out or x */
  pz_u32 rows;
  pz_u32 width;
  pz_f32 eps;
PZ_ARGS_END (PzLayerNormGradientArgs);
