/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention on cooperative matrices (Dao, "FlashAttention-2", arXiv 2307.08691, section 3.1). First, workgroups
 * that own queries compute the softmax statistics and dQ; then workgroups that own keys compute dK and dV. Scores are
 * recomputed in both kernels and never stored. The matrices that are multiplied by queries, keys and gradients are rounded to
 * f16.
 */
#pragma once

#include "compute/ops/attention-blocks.h"

G_BEGIN_DECLS

/* TRUE if this implementation should be used: f16, heads of up to 160 columns, no column. */
gboolean pz_attention_gradient_matrices_applies (const PzGpuLimits *limits,
                                                 const PzAttentionBackward *attention);

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_gradient_matrices_scratch_bytes (const PzAttentionBackward *attention);

/* Appends the dispatches that compute node. */
void pz_attention_gradient_matrices_lower (const PzNode *node,
                                           PzLowering *lowering,
                                           const PzAttentionBackward *attention);

G_END_DECLS
