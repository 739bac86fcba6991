/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention in one pass (online softmax), with ELITE's gated local branch as an epilogue.
 */
#include "compute/ops/tuning.h"
#include "compute/ops/heads.h"
#include "compute/ops/ops.h"
#include "shaders/args/attention.h"

enum
{
  Q,
  K,
  V,
  GATE,
  GATE_MAX,
  STRENGTH,
  RESIDUAL,
  N_SRC,
};

typedef struct
{
  guint heads;
  gboolean causal;
} Params;

static gboolean
check_gate (const PzNode *node, guint heads, GError **error)
{
  const PzTensor *q = &node->src[Q]->tensor;
  const guint n_given = (node->src[GATE] != NULL) + (node->src[GATE_MAX] != NULL)
                        + (node->src[STRENGTH] != NULL) + (node->src[RESIDUAL] != NULL);

  if (n_given == 0)
    return TRUE;
  if (n_given != 4)
    return pz_refuse (error,
                      "expected gate, gate_max, strength and residual together, or none");
  if (node->src[GATE]->tensor.dtype != PZ_F32 || node->src[GATE_MAX]->tensor.dtype != PZ_F32
      || node->src[STRENGTH]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected gate, gate_max and strength in F32");
  if (node->src[RESIDUAL]->tensor.dtype != q->dtype)
    return pz_refuse (error, "expected a residual of q's dtype");
  return pz_require_dims (node->src[GATE], "gate", 3,
                          (const guint[]) { q->dims[0], heads, q->dims[1] }, error)
         && pz_require_dims (node->src[GATE_MAX], "gate_max", 1, q->dims, error)
         && pz_require_dims (node->src[STRENGTH], "strength", 1, q->dims, error)
         && pz_require_dims (node->src[RESIDUAL], "residual", 3, q->dims, error);
}

static gboolean
attention_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *q = &node->src[Q]->tensor;
  const PzTensor *k = &node->src[K]->tensor;

  if (!pz_heads_check (node->src[Q], node->src[K], params->heads, error)
      || !pz_require_dims (node->src[V], "v", 3, k->dims, error))
    return FALSE;
  if (node->src[V]->tensor.dtype != q->dtype)
    return pz_refuse (error, "expected v of q's dtype");
  if (params->causal && q->dims[1] != k->dims[1])
    return pz_refuse (error,
                      "expected as many keys as queries under the causal mask, found %u "
                      "queries and %u keys",
                      q->dims[1], k->dims[1]);
  pz_node_like (node, node->src[Q]);
  return check_gate (node, params->heads, error);
}

/* Scores and values are 2 operations per key and element each; the causal half is not done. */
static void
attention_cost (const PzNode *node, PzCost *cost)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint keys = node->src[K]->tensor.dims[1];

  pz_cost_elementwise (node, 4.0 * keys * (params->causal ? 0.5 : 1.0), cost);
}

static void
attention_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;
  const guint head_dim = q[2] / params->heads;
  const guint rows = pz_tuning_attention_rows (lowering->limits, head_dim, q[1]);
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (node->tensor.dtype, PZ_KERNEL_ATTENTION_F16, PZ_KERNEL_ATTENTION_F32),
  };
  PzAttentionArgs args = {
    .q = pz_lowering_address (lowering, node->src[Q]),
    .k = pz_lowering_address (lowering, node->src[K]),
    .v = pz_lowering_address (lowering, node->src[V]),
    .y = pz_lowering_address (lowering, node),
    .gate = pz_lowering_address (lowering, node->src[GATE]),
    .gate_max = pz_lowering_address (lowering, node->src[GATE_MAX]),
    .strength = pz_lowering_address (lowering, node->src[STRENGTH]),
    .residual = pz_lowering_address (lowering, node->src[RESIDUAL]),
    .queries = q[1],
    .keys = node->src[K]->tensor.dims[1],
    .heads = params->heads,
    .width = q[2],
    .scale_log2e = pz_heads_scale_log2e (head_dim),
    .causal = (guint32) params->causal,
  };

  pz_heads_dispatch (&dispatch, lowering, q, params->heads, rows);
  pz_dispatch_args (&dispatch, &args);
  attention_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_attention = {
  .name = "attention",
  .n_src = N_SRC,
  .optional = 1u << GATE | 1u << GATE_MAX | 1u << STRENGTH | 1u << RESIDUAL,
  /* A lane loads its own elements of the residual just before it stores over them. Not so q:
   * lanes behind the last query read that one once more. */
  .in_place = 1u << RESIDUAL,
  .shape = attention_shape,
  .lower = attention_lower,
  .cost = attention_cost,
};

PzTensor *
pz_attention (PzGraph *graph, PzTensor *q, PzTensor *k, PzTensor *v, const PzAttention *params)
{
  PzTensor *src[N_SRC] = { [Q] = q, [K] = k, [V] = v };
  Params own = { .heads = 1 };

  if (params != NULL)
    {
      src[GATE] = params->gate;
      src[GATE_MAX] = params->gate_max;
      src[STRENGTH] = params->strength;
      src[RESIDUAL] = params->residual;
      own.heads = params->heads;
      own.causal = params->causal;
    }
  return (PzTensor *) pz_graph_append (graph, &pz_op_attention, src, &own, sizeof own);
}
