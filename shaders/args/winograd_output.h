/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Winograd output transform (A^T M A) of each tile of products, then the epilogue. gl_WorkGroupID: x = four columns, y = vector
 * of tiles, one per lane.
 */
#include "shaders/args/args.h"
#include "shaders/args/product.h"

PZ_ARGS_BEGIN (PzWinogradOutputArgs)
  pz_u64 products; /* f32 [points, vectors, columns, lanes] */
  pz_u64 w;        /* any valid address (epilogue.glsl) */
  PZ_EPILOGUE_ADDRESSES
  PZ_EPILOGUE_SIZES
  pz_u32 pictures;
  pz_u32 out_height;
  pz_u32 out_width;
  pz_u32 first_column;
  pz_u32 columns;
  pz_u32 n_vectors;
  pz_u32 first_vector;
  pz_u32 tiles_per_line; /* tile order: args/winograd_input.h */
  pz_u32 lines;
PZ_ARGS_END (PzWinogradOutputArgs);
