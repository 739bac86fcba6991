/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of a packed weight (PZ_ROWS8) to floats or halves. Group x is a part of a row, a lane has four elements; groups y and z
 * are the row (PZ_FOLD).
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzUnpackArgs)
  pz_u64 x; /* bytes [rows, row] */
  pz_u64 scales; /* f32 [rows] */
  pz_u64 y; /* [rows, row] */
  pz_u32 rows;
  pz_u32 row; /* a multiple of 4 */
PZ_ARGS_END (PzUnpackArgs);
