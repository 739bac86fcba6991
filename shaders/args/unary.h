/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzUnaryArgs)
  pz_u64 x; /* [n] */
  pz_u64 y; /* [n], may be x */
  pz_u32 n;
  pz_f32 scale; /* act (scale * x + shift) */
  pz_f32 shift;
PZ_ARGS_END (PzUnaryArgs);
