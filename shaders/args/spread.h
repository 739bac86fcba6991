/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSpreadArgs)
  pz_u64 x; /* [outer, x_length, inner] */
  pz_u64 y; /* [outer, y_length, inner] */
  pz_u32 n; /* units of y; a unit is four elements if inner is a multiple of 4, else one */
  pz_u32 inner;
  pz_u32 x_length;
  pz_u32 y_length;
  pz_u32 start;
  pz_u32 step;
  pz_u32 inner_multiplier; /* pz_divisor () of inner, y_length and step */
  pz_u32 inner_shift;
  pz_u32 length_multiplier;
  pz_u32 length_shift;
  pz_u32 step_multiplier;
  pz_u32 step_shift;
PZ_ARGS_END (PzSpreadArgs);
