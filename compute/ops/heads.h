/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Common to the attention ops.
 */
#pragma once

#include "compute/ops/lower.h"
#include "compute/ops/tuning.h"

G_BEGIN_DECLS

/* attention_wide.comp holds queries in shared memory; the VAE's one head has 512. */
#define PZ_MAX_WIDE_HEAD_DIM 512

/* q [B, N, W] and k [B, M, W] of one float dtype, heads a divisor of W, elements of a head at
 * most max_head_dim. */
gboolean pz_heads_check (const PzNode *q,
                         const PzNode *k,
                         guint heads,
                         guint max_head_dim,
                         GError **error);

/* log2 (e) / sqrt (head_dim): the scale of scores for exp2. */
float pz_heads_scale_log2e (guint head_dim);

/* Constants and groups of a kernel of lib/attention-rows.glsl; q: its dims. */
void pz_heads_dispatch (PzDispatch *dispatch,
                        const PzLowering *lowering,
                        const guint q[],
                        guint heads,
                        PzAttentionTile tile);

/* The same of a kernel of attention on cooperative matrices; rows: dims of what its workgroups have tiles of, queries or keys. masks:
 * not every query sees every key, or keys have a bias. */
void pz_heads_dispatch_matrices (PzDispatch *dispatch,
                                 const PzGpuLimits *limits,
                                 const PzCoopAttentionTile *tile,
                                 const guint rows[],
                                 guint heads,
                                 gboolean masks);

G_END_DECLS
