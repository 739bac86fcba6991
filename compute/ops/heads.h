/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by the attention ops.
 */
#pragma once

#include "compute/ops/lower.h"
#include "compute/ops/tuning.h"

G_BEGIN_DECLS

/* attention_wide.comp keeps queries in shared memory. The single head of the VAE has 512 elements. */
#define PZ_MAX_WIDE_HEAD_DIM 512

/* Checks q [B, N, W] and k [B, M, W]: one float dtype, `heads` divides W, and a head has at most max_head_dim elements. */
gboolean pz_heads_check (const PzNode *q,
                         const PzNode *k,
                         guint heads,
                         guint max_head_dim,
                         GError **error);

/* log2 (e) / sqrt (head_dim): the scale of scores for exp2. */
float pz_heads_scale_log2e (guint head_dim);

/* Sets the specialisation constants and workgroup counts for a kernel of lib/attention-rows.glsl; q: its dims. */
void pz_heads_dispatch (PzDispatch *dispatch,
                        const PzLowering *lowering,
                        const guint q[],
                        guint heads,
                        PzAttentionTile tile);

/* The same for an attention kernel on cooperative matrices. rows: dims of the tensor whose rows are divided into tiles, queries
 * or keys. masks: TRUE if not every query sees every key, or if keys have a bias. */
void pz_heads_dispatch_matrices (PzDispatch *dispatch,
                                 const PzGpuLimits *limits,
                                 const PzCoopAttentionTile *tile,
                                 const guint rows[],
                                 guint heads,
                                 gboolean masks);

G_END_DECLS
