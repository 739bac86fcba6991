/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzUnaryGradientArgs)
  pz_u64 x; /* [n] */
  pz_u64 d_y; /* [n] */
  pz_u64 d_x; /* [n], may be x or d_y */
  pz_u32 n;
PZ_ARGS_END (PzUnaryGradientArgs);
