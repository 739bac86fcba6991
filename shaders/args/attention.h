/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * softmax (q k^T scale) v for each head. Head h is columns h * head_dim to (h + 1) * head_dim - 1 of a row. gl_WorkGroupID:
 * x = tile of queries, y = head, z = batch entry.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzAttentionArgs)
  pz_u64 q; /* [batch, queries, width] */
  pz_u64 k; /* [batch, keys, width] */
  pz_u64 v; /* [batch, keys, width] */
  pz_u64 y; /* [batch, queries, width] */
  pz_u64 key_bias; /* f32 [batch, keys], 0 = none */
  pz_u32 queries;
  pz_u32 keys;
  pz_u32 heads;
  pz_u32 width;
  pz_f32 scale_log2e; /* 1 / (sqrt (head_dim) ln 2): the kernels use exp2 */
  pz_u32 causal;
PZ_ARGS_END (PzAttentionArgs);
