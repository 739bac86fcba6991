/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention on cooperative matrices (Dao, "FlashAttention-2", arXiv 2307.08691, section 3.1): first workgroups of
 * queries compute the statistics of the softmax and dQ, then workgroups of keys compute dK and dV. Scores are recomputed each
 * time and never stored; what is multiplied with queries, keys and gradients is rounded to halves.
 */
#pragma once

#include "compute/ops/attention-blocks.h"

G_BEGIN_DECLS

/* TRUE if it should be used: halves, heads of up to 160, no column. */
gboolean pz_attention_gradient_matrices_applies (const PzGpuLimits *limits,
                                                 const PzAttentionBackward *attention);

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_gradient_matrices_scratch_bytes (const PzAttentionBackward *attention);

/* Appends the dispatches of node, the result. */
void pz_attention_gradient_matrices_lower (const PzNode *node,
                                           PzLowering *lowering,
                                           const PzAttentionBackward *attention);

G_END_DECLS
