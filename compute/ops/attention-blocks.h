/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention, computed for one block of queries at a time:
 *   S = Q K^T, dP = dO V^T, P = softmax (scale S), dS = scale P (dP - rowsum (P dP)),
 *   dQ = dS K, dK = dS^T Q, dV = P^T dO.
 * A block contains all keys for its queries, so the maxima, totals and rowsum (P dP) = rowsum (dO O) are computed within the
 * block: nothing of the forward pass is stored, not even its result. Blocks are accumulated in order. All sums are f32; f16
 * tensors are converted first.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

enum
{
  PZ_ATTENTION_DQ,
  PZ_ATTENTION_DK,
  PZ_ATTENTION_DV,
  PZ_ATTENTION_N_GRADIENTS,
};

typedef struct
{
  guint batch;
  guint queries; /* of one batch entry */
  guint keys;
  guint heads;
  guint width; /* all heads together */
  PzDtype dtype; /* of q, k, v and the results, and of d_out if there is no column */
  gboolean causal;
  /* Sources; key_bias may be NULL. For attention_column, where only the probability of one key (column, I32 [B]) has a
   * gradient, v is NULL and d_out is F32 [B, heads, N]; otherwise column is NULL. */
  const PzNode *q, *k, *v, *d_out, *key_bias, *column;
  /* Byte offsets of the wanted gradients in the result; G_MAXSIZE = not wanted. */
  gsize offset[PZ_ATTENTION_N_GRADIENTS];
} PzAttentionBackward;

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_blocks_scratch_bytes (const PzGpuLimits *limits,
                                         const PzAttentionBackward *attention);

/* Appends the dispatches that compute node. */
void pz_attention_blocks_lower (const PzNode *node,
                                PzLowering *lowering,
                                const PzAttentionBackward *attention);

G_END_DECLS
