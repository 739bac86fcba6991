/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

/* A lane's tile, where rows and columns are multiples of 4: 4 rows of so many columns. It reads whole lines of a processor's
 * cache, and its neighbours, with the next rows, write theirs together with it: few lines are under way at a time, which
 * matters where the steps between rows fall on the same places of the cache. */
#define PZ_TRANSPOSE_COLUMNS 32

PZ_ARGS_BEGIN (PzTransposeArgs)
  pz_u64 x; /* [outer, rows, between, columns] */
  pz_u64 y; /* [outer, columns, between, rows] */
  pz_u32 n; /* tiles of all */
  pz_u32 rows;
  pz_u32 between;
  pz_u32 columns;
  pz_u32 mirrored; /* 1: `between` runs backwards in y */
  pz_u32 row_tiles; /* elements, where rows or columns are no multiple of 4 */
  pz_u32 column_tiles;
  pz_u32 row_multiplier; /* pz_divisor () of row_tiles, column_tiles and between */
  pz_u32 row_shift;
  pz_u32 column_multiplier;
  pz_u32 column_shift;
  pz_u32 between_multiplier;
  pz_u32 between_shift;
PZ_ARGS_END (PzTransposeArgs);
