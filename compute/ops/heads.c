/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/heads.h"

#include <math.h>

gboolean
pz_heads_check (const PzNode *q,
                const PzNode *k,
                guint heads,
                guint max_head_dim,
                GError **error)
{
  const PzTensor *a = &q->tensor;
  const PzTensor *b = &k->tensor;

  if (!pz_require_float (q, error))
    return FALSE;
  if (a->n_dims != 3 || b->n_dims != 3 || b->dtype != a->dtype || b->dims[0] != a->dims[0]
      || b->dims[2] != a->dims[2])
    return pz_refuse (error, "expected q [B, N, W] and k [B, M, W] of one dtype");
  if (heads == 0 || a->dims[2] % heads != 0 || a->dims[2] / heads > max_head_dim)
    return pz_refuse (error,
                      "expected heads of at most %u elements that divide the width %u, "
                      "found %u heads",
                      max_head_dim, a->dims[2], heads);
  return TRUE;
}

float
pz_heads_scale_log2e (guint head_dim)
{
  return (float) (1.0 / (G_LN2 * sqrt (head_dim)));
}

void
pz_heads_dispatch (PzDispatch *dispatch,
                   const PzLowering *lowering,
                   const guint q[],
                   guint heads,
                   PzAttentionTile tile)
{
  const guint lanes = lowering->limits->subgroup_size;

  dispatch->spec[PZ_SPEC_LOCAL_X] = lanes;
  dispatch->spec[PZ_SPEC_ATTENTION_ROWS] = tile.rows;
  dispatch->spec[PZ_SPEC_ATTENTION_KEYS] = tile.keys;
  dispatch->spec[PZ_SPEC_ATTENTION_HEAD_DIM] = q[2] / heads;
  dispatch->n_spec = PZ_SPEC_ATTENTION_N;
  dispatch->groups[0] = (guint) pz_div_up (q[1], lanes * tile.rows);
  dispatch->groups[1] = heads;
  dispatch->groups[2] = q[0];
}

void
pz_heads_dispatch_matrices (PzDispatch *dispatch,
                            const PzGpuLimits *limits,
                            const PzCoopAttentionTile *tile,
                            const guint rows[],
                            guint heads,
                            gboolean masks)
{
  const guint tile_rows = tile->subgroups_m * limits->coop_m;

  dispatch->subgroup_size = limits->coop_subgroup_size;
  dispatch->spec[PZ_SPEC_LOCAL_X] =
    tile->subgroups_m * tile->subgroups_n * limits->coop_subgroup_size;
  dispatch->spec[PZ_SPEC_ATTENTION_ROWS] = tile_rows;
  dispatch->spec[PZ_SPEC_ATTENTION_HEAD_DIM] = rows[2] / heads;
  dispatch->spec[PZ_SPEC_ATTENTION_KEYS] = tile->keys;
  dispatch->spec[PZ_SPEC_ATTENTION_MASKS] = masks;
  dispatch->spec[PZ_SPEC_ATTENTION_COOP_M] = limits->coop_m;
  dispatch->spec[PZ_SPEC_ATTENTION_COOP_N] = limits->coop_n;
  dispatch->spec[PZ_SPEC_ATTENTION_COOP_K] = limits->coop_k;
  dispatch->spec[PZ_SPEC_ATTENTION_COOP_SUBGROUPS_N] = tile->subgroups_n;
  dispatch->spec[PZ_SPEC_ATTENTION_COOP_DEPTH] = tile->depth;
  dispatch->n_spec = PZ_SPEC_ATTENTION_COOP_N_SPEC;
  dispatch->groups[0] = (guint) pz_div_up (rows[1], tile_rows);
  dispatch->groups[1] = heads;
  dispatch->groups[2] = rows[0];
}
