/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention on CPU devices for heads that are too wide for the registers of a lane, in three steps: scores, softmax, and the
 * weighted sum of the values. The first and the last are planar products (planar-product.h). The scores of one block of queries
 * are in scratch.
 *
 * Supports one head, no causal mask, no key bias.
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

/* TRUE if attention of these sizes should use this implementation. */
gboolean pz_attention_planar_applies (const PzGpuLimits *limits,
                                      const PzPlanarAttention *attention);

/* For PzOpClass.scratch_bytes, if this implementation applies. */
gsize pz_attention_planar_scratch_bytes (const PzGpuLimits *limits,
                                         const PzPlanarAttention *attention);

/* Appends the dispatches that compute node, whose sources 0, 1 and 2 are q, k and v. */
void pz_attention_planar_lower (const PzNode *node,
                                PzLowering *lowering,
                                const PzPlanarAttention *attention);

G_END_DECLS
