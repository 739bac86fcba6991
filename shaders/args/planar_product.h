/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A convolution, or with one tap a linear layer, whose x lies in a planar (args/to_planar.h). A
 * vector is as many neighbouring pixels of one line of the result as a workgroup has lanes. Lines of several pictures
 * follow each other. Group
 * x is PZ_PLANAR_OUTPUTS columns of y, group y some vectors, or, with vectors_first, the reverse.
 */
#include "shaders/args/args.h"
#include "shaders/args/product.h"

PZ_ARGS_BEGIN (PzPlanarProductArgs)
  pz_u64 planar; /* f32 [lines, channels, columns] */
  pz_u64 w;     /* [columns of y from first_column on, kernel_height, kernel_width, channels] */
  PZ_EPILOGUE_ADDRESSES
  PZ_EPILOGUE_SIZES
  pz_u32 first_column;
  pz_u32 first_row; /* row of y that is the first pixel of the first vector */
  pz_u32 n_vectors;
  pz_u32 vectors_per_line;
  pz_u32 out_width;
  pz_u32 channels;
  pz_u32 columns;
  pz_u32 phase_columns;
  pz_u32 line_step; /* lines of the planar from one of y to the next */
  pz_u32 picture_lines; /* of y, of one picture */
  pz_u32 picture_gap; /* lines of the planar between pictures, beside line_step for each of y */
  pz_u32 phases;    /* tap x lies in phase x % phases */
  pz_u32 kernel_width;
  pz_u32 taps;
  pz_u32 planar_batch; /* elements from one planar to the next, one a group z (PZ_PLANAR_RESULT) */
  pz_u32 w_batch;
  pz_u32 vectors_first; /* so that neighbouring groups read the same part of w */
PZ_ARGS_END (PzPlanarProductArgs);
