/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention on CPU devices; each lane keeps its rows of a head in registers. In the first kernel a lane has
 * queries and streams over all keys, in the second it has keys and streams over all queries. Scores are recomputed in both and
 * never stored: another product is cheaper than storing every score.
 */
#pragma once

#include "compute/ops/attention-blocks.h"

G_BEGIN_DECLS

/* TRUE if this implementation should be used: a head size that tuning has a tile for, no mask, no bias, no column. */
gboolean pz_attention_registers_applies (const PzGpuLimits *limits,
                                         const PzAttentionBackward *attention);

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_registers_scratch_bytes (const PzAttentionBackward *attention);

/* Appends the dispatches that compute node. */
void pz_attention_registers_lower (const PzNode *node,
                                   PzLowering *lowering,
                                   const PzAttentionBackward *attention);

G_END_DECLS
