/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

/* Maximum number of dimensions after merging neighbours that are both broadcast or both not. The last dimension comes first. */
#define PZ_BINARY_DIMS 5

PZ_ARGS_BEGIN (PzBinaryArgs)
  pz_u64 a; /* [n]; 0 for PZ_BINARY_SECOND */
  pz_u64 b;
  pz_u64 y; /* [n], may be a */
  pz_u32 n;
  pz_u32 dims[PZ_BINARY_DIMS];
  pz_u32 multipliers[PZ_BINARY_DIMS]; /* pz_divisor (dims[i]) */
  pz_u32 shifts[PZ_BINARY_DIMS];
  pz_u32 strides[PZ_BINARY_DIMS]; /* of b, in elements; 0 = broadcast */
PZ_ARGS_END (PzBinaryArgs);
