/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of attention on a processor, where a head's row fits a lane's registers: each lane holds a query and
 * meets all keys, then each holds a key and meets all queries. Scores are made again each time and never stored: what
 * is a product more costs less than a store for every score.
 */
#pragma once

#include "compute/ops/attention-blocks.h"

G_BEGIN_DECLS

/* Whether it should be taken: no masks, no bias, no column, and small heads. */
gboolean pz_attention_registers_applies (const PzGpuLimits *limits, const PzAttentionBackward *attention);

/* For PzOpClass.scratch_bytes. */
gsize pz_attention_registers_scratch_bytes (const PzAttentionBackward *attention);

/* Appends the dispatches of node, the result. */
void pz_attention_registers_lower (const PzNode *node,
                              PzLowering *lowering,
                              const PzAttentionBackward *attention);

G_END_DECLS
