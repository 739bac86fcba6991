/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention, a band of whole rows of scores at a time:
 *   S = Q K^T, dP = dO V^T, P = softmax (scale S), dS = scale P (dP - rowsum (P dP)),
 *   dQ = dS K, dK = dS^T Q, dV = P^T dO.
 * A band uses all keys of its queries, so that maxima, totals and rowsum (P dP), which is rowsum (dO O),
 * come from the band itself: nothing of the forward pass is kept, not even its result. Bands are added
 * up in order. All sums are f32, what is half a float is widened first.
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
  guint width; /* of all heads */
  PzDtype dtype; /* of q, k, v and the results; d_out's, too, without a column */
  gboolean causal;
  /* Nodes; v is NULL and d_out F32 [B, heads, N] where only the probability of one key, I32 [B], uses a
   * gradient: attention_column. */
  const PzNode *q, *k, *v, *d_out, *key_bias, *column;
  /* Byte offsets into the result of what is wanted, else G_MAXSIZE. */
  gsize offset[PZ_ATTENTION_N_GRADIENTS];
} PzAttentionBackward;

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_blocks_scratch_bytes (const PzGpuLimits *limits,
                                       const PzAttentionBackward *attention);

/* Appends the dispatches of node, the result. */
void pz_attention_blocks_lower (const PzNode *node,
                              PzLowering *lowering,
                              const PzAttentionBackward *attention);

G_END_DECLS
