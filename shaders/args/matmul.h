/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * y[z, i, j] = sum over k of x[z, i, k] * w[z, j, k]; k is contiguous in both. gl_WorkGroupID: x = tile of rows, y = tile of
 * columns, z = batch entry times a fold of row tiles (PZ_FOLD).
 */
#include "shaders/args/args.h"
#include "shaders/args/product.h"

PZ_ARGS_BEGIN (PzMatmulArgs)
  pz_u64 x;
  pz_u64 w;
  PZ_EPILOGUE_ADDRESSES
  PZ_EPILOGUE_SIZES
  pz_u32 k;
  pz_u32 x_row;   /* elements from one row to the next */
  pz_u32 w_row;
  pz_u32 x_batch; /* elements from one batch entry to the next; 0 = shared by all */
  pz_u32 w_batch;
  pz_u32 y_batch;
  pz_u32 folds;   /* ceil (row tiles / PZ_FOLD) */
  pz_u32 splits;  /* workgroups along y that k is split over (lib/split.glsl) */
PZ_ARGS_END (PzMatmulArgs);
