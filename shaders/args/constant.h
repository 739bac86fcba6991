/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzConstantArgs)
  pz_u64 y; /* [n] */
  pz_u32 n;
  pz_f32 value;
PZ_ARGS_END (PzConstantArgs);
