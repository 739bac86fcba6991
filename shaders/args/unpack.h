/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts rows of a packed weight (PZ_ROWS8) to f32 or f16. gl_WorkGroupID: x = part of a row, y and z = row (PZ_FOLD). A lane
 * has four elements.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzUnpackArgs)
  pz_u64 x; /* bytes [rows, row] */
  pz_u64 scales; /* f32 [rows] */
  pz_u64 y; /* [rows, row] */
  pz_u32 rows;
  pz_u32 row; /* a multiple of 4 */
PZ_ARGS_END (PzUnpackArgs);
