/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One pass, which resizes the middle dimension of [outer, length, inner].
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzResizePassArgs)
  pz_u64 x;    /* F32 [outer, in_length, inner], levels / 255 */
  pz_u64 y;    /* F32 [outer, out_length, inner] */
  pz_u64 taps; /* I32 [out_length, 2 + max_taps], see args/resize_taps.h */
  pz_u32 n;    /* outer * out_length * inner */
  pz_u32 in_length;
  pz_u32 out_length;
  pz_u32 inner;
  pz_u32 max_taps;
  pz_u32 inner_multiplier;
  pz_u32 inner_shift;
  pz_u32 out_multiplier;
  pz_u32 out_shift;
PZ_ARGS_END (PzResizePassArgs);
