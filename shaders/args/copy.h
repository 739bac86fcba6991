/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzCopyArgs)
  pz_u64 a; /* [rows, a_stride]; columns a_start .. a_start + a_length - 1 are copied */
  pz_u64 b; /* [rows, b_length]; 0 if b_length is 0 */
  pz_u64 y; /* [rows, a_length + b_length] */
  pz_u32 n; /* units of y; a unit is four elements if the four values below are multiples of 4, else one */
  pz_u32 a_stride;
  pz_u32 a_start;
  pz_u32 a_length;
  pz_u32 b_length;
  pz_u32 row_multiplier; /* pz_divisor (a_length + b_length) */
  pz_u32 row_shift;
PZ_ARGS_END (PzCopyArgs);
