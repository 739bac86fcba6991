/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzResizeTapsArgs)
  pz_u64 taps; /* I32 [out_length, 2 + max_taps]: first source, number of taps, the taps */
  pz_u32 in_length;
  pz_u32 out_length;
  pz_u32 max_taps;
PZ_ARGS_END (PzResizeTapsArgs);
