/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * y[r, c] = scale * sum over k of a[r, k] b[k, c], one head of one batch entry per workgroup z. Tensors are indexed by entry
 * and head, scratch buffers by workgroup z. Strides are in elements; the columns of b and y are contiguous. gl_WorkGroupID:
 * x = PZ_STRIDED_OUTPUTS rows, y = tile of vectors of columns, z = head of a batch entry.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzStridedProductArgs)
  pz_u64 a; /* f32 */
  pz_u64 b; /* f32 */
  pz_u64 y;
  pz_u32 rows;
  pz_u32 columns;
  pz_u32 n_k;
  pz_u32 a_row;
  pz_u32 a_k;
  pz_u32 b_k;
  pz_u32 y_row;
  pz_u32 a_entry;
  pz_u32 a_head;
  pz_u32 a_group;
  pz_u32 b_entry;
  pz_u32 b_head;
  pz_u32 y_entry;
  pz_u32 y_head;
  pz_u32 y_group;
  pz_u32 first; /* entry * heads + head of the first workgroup z */
  pz_u32 heads;
  pz_u32 width;       /* columns of b, all heads together */
  pz_u32 head_column; /* columns from one head to the next; 0 = every head has all of `width` */
  pz_f32 scale;
PZ_ARGS_END (PzStridedProductArgs);
