/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Softmax and its gradient for a block of queries, both in place: scores become probabilities P, and the gradients dP of the
 * probabilities become gradients of the scores, dS = scale P (dP - rowsum (P dP)). Queries are contiguous. gl_WorkGroupID:
 * x = vector of queries, z = head of a batch entry.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSoftmaxGradientArgs)
  pz_u64 scores;   /* f32 [workgroups z, rows, columns]: q k^T, then P */
  pz_u64 gradients;/* f32 [workgroups z, rows, columns]: dP, then dS */
  pz_u64 key_bias; /* f32 [entries, keys], 0 = none */
  pz_u64 column;   /* i32 [entries]: dP is column_gradient at that key and 0 elsewhere; address 0 = dP is in gradients */
  pz_u64 column_gradient; /* f32 [entries, heads, queries] */
  pz_u32 rows;    /* keys, rounded up to a multiple of PZ_SOFTMAX_GRADIENT_KEYS; the padding becomes zeros */
  pz_u32 columns; /* queries of the block, rounded up to whole vectors; the padding becomes zeros */
  pz_u32 queries; /* of a batch entry */
  pz_u32 keys;
  pz_u32 first_query; /* of the block */
  pz_u32 first;       /* entry * heads + head of the first workgroup z */
  pz_u32 heads;
  pz_u32 causal;
  pz_f32 scale;
PZ_ARGS_END (PzSoftmaxGradientArgs);
