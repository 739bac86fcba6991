/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One column of softmax (q k^T scale) for each head. gl_WorkGroupID as in args/attention.h.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzAttentionColumnArgs)
  pz_u64 q;      /* [batch, queries, width] */
  pz_u64 k;      /* [batch, keys, width] */
  pz_u64 column; /* i32 [batch], clamped to 0..keys-1 */
  pz_u64 y;      /* f32 [batch, heads, queries] */
  pz_u32 queries;
  pz_u32 keys;
  pz_u32 heads;
  pz_u32 width;
  pz_f32 scale_log2e;
PZ_ARGS_END (PzAttentionColumnArgs);
