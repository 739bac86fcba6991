/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Implicit GEMM on planar input (args/to_planar.h): a convolution, or with one tap a linear layer. A vector is a run of
 * neighbouring pixels in one line of the result, one per lane of the workgroup. Lines of several pictures are concatenated.
 * gl_WorkGroupID: x = PZ_PLANAR_OUTPUTS columns of y, y = tile of vectors; with vectors_first the two are exchanged.
 */
#include "shaders/args/args.h"
#include "shaders/args/product.h"

PZ_ARGS_BEGIN (PzPlanarProductArgs)
  pz_u64 planar; /* f32 [lines, channels, columns] */
  pz_u64 w;     /* [columns of y from first_column on, kernel_height, kernel_width, channels] */
  PZ_EPILOGUE_ADDRESSES
  PZ_EPILOGUE_SIZES
  pz_u32 first_column;
  pz_u32 first_row; /* row of y of the first pixel of the first vector */
  pz_u32 n_vectors;
  pz_u32 vectors_per_line;
  pz_u32 out_width;
  pz_u32 channels;
  pz_u32 columns;
  pz_u32 phase_columns;
  pz_u32 line_step; /* input lines per line of y */
  pz_u32 picture_lines; /* lines of y per picture */
  pz_u32 picture_gap; /* extra input lines between pictures */
  pz_u32 phases;    /* horizontal tap i reads phase i % phases */
  pz_u32 kernel_width;
  pz_u32 taps;
  pz_u32 planar_batch; /* elements from one workgroup z to the next (PZ_PLANAR_RESULT) */
  pz_u32 w_batch;
  pz_u32 vectors_first; /* 1: neighbouring workgroups read the same part of w */
PZ_ARGS_END (PzPlanarProductArgs);
