/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The attention gradient (args/attention.h) on cooperative matrices. gl_WorkGroupID: x = tile of queries or of keys, y = head,
 * z = batch entry.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzAttentionGradientMatricesArgs)
  pz_u64 q; /* [batch, queries, width] */
  pz_u64 k; /* [batch, keys, width] */
  pz_u64 v; /* [batch, keys, width] */
  pz_u64 d_out; /* [batch, queries, width] */
  pz_u64 statistics; /* f32 [batch, heads, queries, 3]: maximum of the scores (base 2), 1 / sum of their powers, and
                        rowsum (P dP) */
  pz_u64 d_q; /* as q, k and v; 0 = not wanted */
  pz_u64 d_k;
  pz_u64 d_v;
  pz_u64 key_bias; /* f32 [batch, keys], 0 = none */
  pz_u32 queries;
  pz_u32 keys;
  pz_u32 heads;
  pz_u32 width;
  pz_f32 scale;
  pz_f32 scale_log2e;
  pz_f32 magnifier; /* factor of P and dS while they are f16, so that small values are not lost */
  pz_u32 causal;
PZ_ARGS_END (PzAttentionGradientMatricesArgs);
