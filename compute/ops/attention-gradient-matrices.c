/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-gradient-matrices.h"

#include <math.h>

#include "compute/ops/heads.h"
#include "compute/ops/tuning.h"
#include "shaders/args/attention_gradient_matrices.h"

#define N_STATISTICS 3

/* Returns the factor of P and dS while they are f16. A probability is about 1 / keys, and f16 values below 2^-14 lose bits, so
 * the factor must be large. But it must not raise gradients above 2^16 by more than a lower loss scale can compensate. */
static float
magnifier (guint keys)
{
  return (float) exp2 (floor (log2 (keys) / 2));
}

static guint
head_dim (const PzAttentionBackward *attention)
{
  return attention->width / attention->heads;
}

/* The tile for workgroups that own queries or, if not of_queries, keys. FALSE if matrices should not be used. */
static gboolean
tile_for (const PzGpuLimits *limits,
          const PzAttentionBackward *attention,
          gboolean of_queries,
          PzCoopAttentionTile *tile)
{
  return pz_tuning_coop_attention_gradient (limits, head_dim (attention),
                                            of_queries ? attention->queries : attention->keys,
                                            tile);
}

gboolean
pz_attention_gradient_matrices_applies (const PzGpuLimits *limits,
                                        const PzAttentionBackward *attention)
{
  PzCoopAttentionTile tile;

  return attention->dtype == PZ_F16 && attention->column == NULL
         && tile_for (limits, attention, TRUE, &tile)
         && tile_for (limits, attention, FALSE, &tile);
}

gsize
pz_attention_gradient_matrices_scratch_bytes (const PzAttentionBackward *attention)
{
  return (gsize) attention->batch * attention->heads * attention->queries * N_STATISTICS
         * sizeof (float);
}

typedef struct
{
  const PzNode *node;
  PzLowering *lowering;
  const PzAttentionBackward *attention;
  PzRange results[PZ_ATTENTION_N_GRADIENTS]; /* 0 bytes = not wanted */
  PzRange statistics;
  PzAttentionGradientMatricesArgs args;
} Context;

/* Appends a dispatch, after adding the reads of both kernels and the constants of the tile. products: number of matrix
 * products, for the cost. */
static void
add (const Context *context, PzDispatch *dispatch, gboolean of_queries, guint products)
{
  const PzAttentionBackward *attention = context->attention;
  const PzGpuLimits *limits = context->lowering->limits;
  const PzNode *const sources[] = { attention->q, attention->k, attention->v, attention->d_out,
                                    attention->key_bias };
  PzCoopAttentionTile tile = { 0 };

  tile_for (limits, attention, of_queries, &tile);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i] != NULL)
      dispatch->reads[dispatch->n_reads++] =
        (PzRange) { pz_lowering_address (context->lowering, sources[i]),
                    pz_node_bytes (sources[i]) };
  pz_heads_dispatch_matrices (dispatch, limits, &tile,
                              (const guint[]) { attention->batch,
                                                of_queries ? attention->queries
                                                           : attention->keys,
                                                attention->width },
                              attention->heads,
                              attention->causal || attention->key_bias != NULL);
  if (of_queries)
    dispatch->n_spec = PZ_SPEC_ATTENTION_GRADIENT_N;
  dispatch->cost.flops = 2.0 * products * (gdouble) attention->batch * attention->queries
                         * attention->keys * attention->width;
  pz_dispatch_args (dispatch, &context->args);
  pz_lowering_add (context->lowering, context->node, dispatch);
}

static void
lower_queries (const Context *context)
{
  const PzRange d_q = context->results[PZ_ATTENTION_DQ];
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_ATTENTION_GRADIENT_MATRICES_QUERIES,
    .spec = { [PZ_SPEC_ATTENTION_GRADIENT_WRITES] = d_q.bytes > 0 },
    .writes = { context->statistics, d_q },
    .n_writes = d_q.bytes > 0 ? 2 : 1,
  };

  add (context, &dispatch, TRUE, d_q.bytes > 0 ? 5 : 2);
}

static void
lower_keys (const Context *context)
{
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_ATTENTION_GRADIENT_MATRICES_KEYS,
    .reads = { context->statistics },
    .n_reads = 1,
  };

  for (guint i = PZ_ATTENTION_DK; i < PZ_ATTENTION_N_GRADIENTS; i++)
    if (context->results[i].bytes > 0)
      dispatch.writes[dispatch.n_writes++] = context->results[i];
  if (dispatch.n_writes > 0)
    add (context, &dispatch, FALSE, 4);
}

void
pz_attention_gradient_matrices_lower (const PzNode *node,
                                      PzLowering *lowering,
                                      const PzAttentionBackward *attention)
{
  const PzNode *const like[] = { attention->q, attention->k, attention->v };
  Context context = {
    .node = node,
    .lowering = lowering,
    .attention = attention,
    .statistics = { lowering->scratch_address,
                    pz_attention_gradient_matrices_scratch_bytes (attention) },
  };

  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    if (attention->offset[i] != G_MAXSIZE)
      context.results[i] =
        (PzRange) { pz_lowering_address (lowering, node) + attention->offset[i],
                    pz_node_bytes (like[i]) };
  context.args = (PzAttentionGradientMatricesArgs) {
    .q = pz_lowering_address (lowering, attention->q),
    .k = pz_lowering_address (lowering, attention->k),
    .v = pz_lowering_address (lowering, attention->v),
    .d_out = pz_lowering_address (lowering, attention->d_out),
    .statistics = context.statistics.address,
    .d_q = context.results[PZ_ATTENTION_DQ].address,
    .d_k = context.results[PZ_ATTENTION_DK].address,
    .d_v = context.results[PZ_ATTENTION_DV].address,
    .key_bias = pz_lowering_address (lowering, attention->key_bias),
    .queries = attention->queries,
    .keys = attention->keys,
    .heads = attention->heads,
    .width = attention->width,
    .scale = (float) (1 / sqrt (head_dim (attention))),
    .scale_log2e = pz_heads_scale_log2e (head_dim (attention)),
    .magnifier = magnifier (attention->keys),
    .causal = (guint32) attention->causal,
  };
  lower_queries (&context);
  lower_keys (&context);
}
