/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Used by the backward rules of attention and attention_column.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

typedef struct
{
  PzTensor *q; /* [B, N, W] */
  PzTensor *k; /* [B, M, W] */
  PzTensor *v; /* [B, M, W]; NULL if there is a column */
  PzTensor *d_out; /* [B, N, W]; F32 [B, heads, N] if there is a column */
  PzTensor *key_bias; /* as in PzAttention, or NULL */
  PzTensor *column; /* as in pz_attention_column (), or NULL */
  guint heads;
  gboolean causal;
} PzAttentionGradient;

/* Returns the wanted gradients of q, k and v (of v only if there is no column); the others become NULL. A single node computes
 * them, because they share the scores. */
void pz_attention_gradient (PzGraph *graph,
                            const PzAttentionGradient *params,
                            const gboolean wanted[3],
                            PzTensor *d_qkv[3]);

G_END_DECLS
