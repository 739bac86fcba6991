/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convolution as an implicit GEMM: a row is an output pixel [batch, out_height, out_width], k runs over
 * [kernel_height, kernel_width, in_channels]. gl_WorkGroupID as in args/matmul.h with one batch.
 */
#include "shaders/args/args.h"
#include "shaders/args/product.h"

PZ_ARGS_BEGIN (PzConv2dArgs)
  pz_u64 x; /* [batch, height, width, in_channels] */
  pz_u64 w; /* [n, kernel_height, kernel_width, in_channels] */
  PZ_EPILOGUE_ADDRESSES
  PZ_EPILOGUE_SIZES
  pz_u32 height;
  pz_u32 width;
  pz_u32 in_channels;
  pz_u32 out_height;
  pz_u32 out_width;
  pz_u32 kernel_height;
  pz_u32 kernel_width;
  pz_u32 stride;
  pz_i32 pad_top;
  pz_i32 pad_left;
  pz_u32 splits; /* as in args/matmul.h */
PZ_ARGS_END (PzConv2dArgs);
