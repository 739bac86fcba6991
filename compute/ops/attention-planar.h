/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention whose head is too wide for a lane, on devices whose lanes are a processor's vector
 * registers: scores, softmax and the sum of the values one after the other, the first and the last as
 * products over a sheet (ops/planar-product.h). Scores of a block_vectors of queries at a time lie in scratch.
 *
 * Plain attention only: one head, no causal mask, bias, gate or residual.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

typedef struct
{
  guint batch;
  guint queries; /* of one batch entry */
  guint keys;
  guint width; /* of the head */
  PzDtype dtype;
} PzPlanarAttention;

/* TRUE if attention of these sizes should run this way. */
gboolean pz_attention_planar_applies (const PzGpuLimits *limits, const PzPlanarAttention *attention);

/* For PzOpClass.scratch_bytes, where it pays. */
gsize pz_attention_planar_scratch_bytes (const PzGpuLimits *limits,
                                        const PzPlanarAttention *attention);

/* Appends the dispatches of node, whose sources 0, 1 and 2 are q, k and v. */
void pz_attention_planar_lower (const PzNode *node,
                               PzLowering *lowering,
                               const PzPlanarAttention *attention);

G_END_DECLS
