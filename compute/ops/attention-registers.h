/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention on CPU devices with rows of a head in the registers of a lane: first each lane has queries
 * and streams over all keys, then each has keys and streams over all queries. Scores are recomputed each time and never
 * stored: another product is cheaper than storing every score.
 */
#pragma once

#include "compute/ops/attention-blocks.h"

G_BEGIN_DECLS

/* TRUE if it should be used: heads that tuning has a tile for, no mask, no bias, no column. */
gboolean pz_attention_registers_applies (const PzGpuLimits *limits,
                                         const PzAttentionBackward *attention);

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_registers_scratch_bytes (const PzAttentionBackward *attention);

/* Appends the dispatches of node, the result. */
void pz_attention_registers_lower (const PzNode *node,
                                   PzLowering *lowering,
                                   const PzAttentionBackward *attention);

G_END_DECLS
