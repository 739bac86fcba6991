/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

/* If rows and columns are multiples of 4, a lane transposes a tile of 4 rows and this many columns. It reads whole cache lines;
 * the neighbouring lanes, which have the next rows, complete the cache lines that it writes. Only a few cache lines are in use
 * at a time, which matters if the row stride maps rows to the same cache set. */
#define PZ_TRANSPOSE_COLUMNS 32

PZ_ARGS_BEGIN (PzTransposeArgs)
  pz_u64 x; /* [outer, rows, between, columns] */
  pz_u64 y; /* [outer, columns, between, rows] */
  pz_u32 n; /* tiles in total */
  pz_u32 rows;
  pz_u32 between;
  pz_u32 columns;
  pz_u32 mirrored; /* 1: `between` is reversed in y */
  pz_u32 row_tiles; /* in elements if rows or columns is not a multiple of 4 */
  pz_u32 column_tiles;
  pz_u32 row_multiplier; /* pz_divisor () of row_tiles, column_tiles and between */
  pz_u32 row_shift;
  pz_u32 column_multiplier;
  pz_u32 column_shift;
  pz_u32 between_multiplier;
  pz_u32 between_shift;
PZ_ARGS_END (PzTransposeArgs);
