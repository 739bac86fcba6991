/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention in one pass (online softmax): on cooperative matrices, with a head in the registers of a lane, or with a head split
 * over the lanes of a workgroup.
 */
#include "compute/ops/attention-gradient.h"
#include "compute/ops/attention-planar.h"
#include "compute/ops/tuning.h"
#include "compute/ops/heads.h"
#include "compute/ops/ops.h"
#include "compute/ops/to-f32.h"
#include "shaders/args/attention.h"

enum
{
  Q,
  K,
  V,
  KEY_BIAS,
  N_SRC,
};

typedef struct
{
  guint heads;
  gboolean causal;
} Params;

static gboolean
check_key_bias (const PzNode *node, GError **error)
{
  if (node->src[KEY_BIAS] == NULL)
    return TRUE;
  if (node->src[KEY_BIAS]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected key_bias in F32");
  return pz_require_dims (node->src[KEY_BIAS], "key_bias", 2, node->src[K]->tensor.dims, error);
}

static gboolean
attention_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *q = &node->src[Q]->tensor;
  const PzTensor *k = &node->src[K]->tensor;

  if (!pz_heads_check (node->src[Q], node->src[K], params->heads, PZ_MAX_WIDE_HEAD_DIM, error)
      || !pz_require_dims (node->src[V], "v", 3, k->dims, error))
    return FALSE;
  if (node->src[V]->tensor.dtype != q->dtype)
    return pz_refuse (error, "expected v of q's dtype");
  if (params->causal && q->dims[1] > k->dims[1])
    return pz_refuse (error,
                      "expected at least as many keys as queries under the causal mask, found "
                      "%u queries and %u keys",
                      q->dims[1], k->dims[1]);
  pz_node_like (node, node->src[Q]);
  return check_key_bias (node, error);
}

/* Scores and weighted values take 2 operations each per key and element; the causal mask halves the number. */
static void
attention_cost (const PzNode *node, PzCost *cost)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint keys = node->src[K]->tensor.dims[1];

  pz_cost_elementwise (node, 4.0 * keys * (params->causal ? 0.5 : 1.0), cost);
}

static gboolean
is_coop (const PzNode *node, const PzGpuLimits *limits, PzCoopAttentionTile *tile)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;

  return node->tensor.dtype == PZ_F16
         && pz_tuning_coop_attention (limits, q[2] / params->heads, q[1], tile);
}

/* TRUE if keys and values are converted to f32 first, because every query reads all of them. */
static gboolean
converts_keys (const PzNode *node, const PzGpuLimits *limits)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;
  PzCoopAttentionTile tile;

  return node->tensor.dtype == PZ_F16 && q[2] / params->heads <= PZ_MAX_HEAD_DIM
         && !is_coop (node, limits, &tile)
         && pz_tuning_convert_keys (limits, q[2] / params->heads, q[1]);
}

/* Size of the keys, or of the values, in f32. */
static gsize
f32_keys_bytes (const PzNode *node)
{
  return pz_node_n_elements (node->src[K]) * sizeof (float);
}

static PzPlanarAttention
planar_attention (const PzNode *node)
{
  const guint *q = node->src[Q]->tensor.dims;

  return (PzPlanarAttention) { .batch = q[0],
                               .queries = q[1],
                               .keys = node->src[K]->tensor.dims[1],
                               .width = q[2],
                               .dtype = node->tensor.dtype };
}

static gboolean
is_planar (const PzNode *node, const PzGpuLimits *limits)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzPlanarAttention attention = planar_attention (node);
  PzCoopAttentionTile tile;

  return !is_coop (node, limits, &tile) && params->heads == 1
         && attention.width > PZ_MAX_HEAD_DIM && !params->causal && node->src[KEY_BIAS] == NULL
         && pz_attention_planar_applies (limits, &attention);
}

static gsize
attention_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const PzPlanarAttention attention = planar_attention (node);

  if (is_planar (node, limits))
    return pz_attention_planar_scratch_bytes (limits, &attention);
  return converts_keys (node, limits) ? 2 * f32_keys_bytes (node) : 0;
}

static void
choose_coop (const PzNode *node,
             const PzGpuLimits *limits,
             const PzCoopAttentionTile *tile,
             PzDispatch *dispatch)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;

  dispatch->kernel = PZ_KERNEL_ATTENTION_MATRICES;
  pz_heads_dispatch_matrices (dispatch, limits, tile, q, params->heads,
                              params->causal || node->src[KEY_BIAS] != NULL);
}

/* A head that is too wide for the registers of a lane is split over the lanes of a workgroup. */
static void
choose_kernel (const PzNode *node, const PzLowering *lowering, PzDispatch *dispatch)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;
  const guint head_dim = q[2] / params->heads;
  const PzDtype dtype = node->tensor.dtype;
  const gboolean converted = converts_keys (node, lowering->limits);
  PzCoopAttentionTile coop_tile;

  if (is_coop (node, lowering->limits, &coop_tile))
    choose_coop (node, lowering->limits, &coop_tile, dispatch);
  else if (head_dim <= pz_tuning_attention_max_head_dim (lowering->limits))
    {
      dispatch->kernel =
        pz_kernel_for (dtype,
                       converted ? PZ_KERNEL_ATTENTION_F16_KV32 : PZ_KERNEL_ATTENTION_F16,
                       PZ_KERNEL_ATTENTION_F32);
      pz_heads_dispatch (dispatch, lowering, q, params->heads,
                         pz_tuning_attention (lowering->limits, head_dim, q[1],
                                              dtype == PZ_F16 && !converted));
      dispatch->spec[PZ_SPEC_ATTENTION_MASKS] = params->causal || node->src[KEY_BIAS] != NULL;
    }
  else
    {
      const PzWideTile tile = pz_tuning_wide_attention (lowering->limits, head_dim, q[1]);

      dispatch->kernel =
        pz_kernel_for (dtype, PZ_KERNEL_ATTENTION_WIDE_F16, PZ_KERNEL_ATTENTION_WIDE_F32);
      dispatch->spec[PZ_SPEC_LOCAL_X] = tile.lanes;
      dispatch->spec[PZ_SPEC_ATTENTION_ROWS] = tile.rows;
      dispatch->spec[PZ_SPEC_ATTENTION_HEAD_DIM] = head_dim;
      dispatch->n_spec = PZ_SPEC_ATTENTION_WIDE_N;
      dispatch->groups[0] = (guint) pz_div_up (q[1], tile.rows);
      dispatch->groups[1] = params->heads;
      dispatch->groups[2] = q[0];
    }
}

/* Converts k and v to f32, and makes args and dispatch read the copies. */
static void
convert_keys (const PzNode *node,
              PzLowering *lowering,
              PzAttentionArgs *args,
              PzDispatch *dispatch)
{
  const gsize bytes = f32_keys_bytes (node);
  const PzRange floats = { lowering->scratch_address, 2 * bytes };

  pz_to_f32_lower (node, lowering, args->k, (PzRange) { floats.address, bytes });
  pz_to_f32_lower (node, lowering, args->v, (PzRange) { floats.address + bytes, bytes });
  args->k = floats.address;
  args->v = floats.address + bytes;
  dispatch->reads[dispatch->n_reads++] = floats;
  for (guint i = 0; i < N_SRC; i++)
    if (node->src[i] != NULL && i != K && i != V)
      dispatch->reads[dispatch->n_reads++] =
        (PzRange) { pz_lowering_address (lowering, node->src[i]),
                    pz_node_bytes (node->src[i]) };
  dispatch->writes[dispatch->n_writes++] = (PzRange) { args->y, pz_node_bytes (node) };
}

static void
lower_one_pass (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;
  const guint head_dim = q[2] / params->heads;
  PzDispatch dispatch = { 0 };
  PzAttentionArgs args = {
    .q = pz_lowering_address (lowering, node->src[Q]),
    .k = pz_lowering_address (lowering, node->src[K]),
    .v = pz_lowering_address (lowering, node->src[V]),
    .y = pz_lowering_address (lowering, node),
    .key_bias = pz_lowering_address (lowering, node->src[KEY_BIAS]),
    .queries = q[1],
    .keys = node->src[K]->tensor.dims[1],
    .heads = params->heads,
    .width = q[2],
    .scale_log2e = pz_heads_scale_log2e (head_dim),
    .causal = (guint32) params->causal,
  };

  choose_kernel (node, lowering, &dispatch);
  if (converts_keys (node, lowering->limits))
    convert_keys (node, lowering, &args, &dispatch);
  pz_dispatch_args (&dispatch, &args);
  attention_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
attention_lower (const PzNode *node, PzLowering *lowering)
{
  const PzPlanarAttention attention = planar_attention (node);

  if (is_planar (node, lowering->limits))
    pz_attention_planar_lower (node, lowering, &attention);
  else
    lower_one_pass (node, lowering);
}

static void
attention_backward (PzGraph *graph,
                    const PzNode *node,
                    PzTensor *d_out,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC])
{
  const Params *params = (const Params *) node->params.bytes;
  const PzAttentionGradient in = { .q = &node->src[Q]->tensor,
                                   .k = &node->src[K]->tensor,
                                   .v = &node->src[V]->tensor,
                                   .d_out = d_out,
                                   .key_bias = (PzTensor *) node->src[KEY_BIAS],
                                   .heads = params->heads,
                                   .causal = params->causal };

  if (wanted[KEY_BIAS])
    pz_refuse_gradient (graph, node, "key_bias");
  else
    pz_attention_gradient (graph, &in, wanted, d_src);
}

const PzOpClass pz_op_attention = {
  .name = "attention",
  .n_src = N_SRC,
  .optional = 1u << KEY_BIAS,
  .shape = attention_shape,
  .scratch_bytes = attention_scratch_bytes,
  .lower = attention_lower,
  .backward = attention_backward,
};

PzTensor *
pz_attention (PzGraph *graph, PzTensor *q, PzTensor *k, PzTensor *v, const PzAttention *params)
{
  PzTensor *src[N_SRC] = { [Q] = q, [K] = k, [V] = v };
  Params own = { .heads = 1 };

  if (params != NULL)
    {
      src[KEY_BIAS] = params->key_bias;
      own.heads = params->heads;
      own.causal = params->causal;
    }
  return (PzTensor *) pz_graph_append (graph, &pz_op_attention, src, &own, sizeof own);
}
