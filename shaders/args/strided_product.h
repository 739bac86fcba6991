/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * y[r, c] = scale * sum over k of a[r, k] b[k, c], for one head of one batch entry a group z. Tensors are
 * found by entry and head, what lies in scratch by the group's number. Strides are elements; columns of b
 * and y lie side by side. Group x is PZ_STRIDED_OUTPUTS rows, group y some vectors of columns.
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
  pz_u32 first; /* of the groups z: entry * heads + head */
  pz_u32 heads;
  pz_u32 width;       /* columns of b that exist, from the first head's first on */
  pz_u32 head_column; /* from a head's first column to the next one's; 0 = each has its own width */
  pz_f32 scale;
PZ_ARGS_END (PzStridedProductArgs);
