/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The attention probability of one key for each query, which gates ELITE's local branch.
 */
#include "compute/ops/attention-gradient.h"
#include "compute/ops/tuning.h"
#include "compute/ops/heads.h"
#include "compute/ops/ops.h"
#include "shaders/args/attention_column.h"

enum
{
  Q,
  K,
  COLUMN,
  N_SRC,
};

typedef struct
{
  guint heads;
} Params;

static gboolean
attention_column_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *q = &node->src[Q]->tensor;

  if (!pz_heads_check (node->src[Q], node->src[K], params->heads, PZ_MAX_HEAD_DIM, error)
      || !pz_require_dims (node->src[COLUMN], "column", 1, q->dims, error))
    return FALSE;
  if (node->src[COLUMN]->tensor.dtype != PZ_I32)
    return pz_refuse (error, "expected columns in I32");
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 3;
  node->tensor.dims[0] = q->dims[0];
  node->tensor.dims[1] = params->heads;
  node->tensor.dims[2] = q->dims[1];
  return TRUE;
}

/* 2 operations per key and element of q. */
static void
attention_column_cost (const PzNode *node, PzCost *cost)
{
  const guint head_dim = node->src[Q]->tensor.dims[2] / node->tensor.dims[1];

  pz_cost_elementwise (node, 2.0 * node->src[K]->tensor.dims[1] * head_dim, cost);
}

static void
attention_column_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;
  const guint head_dim = q[2] / params->heads;
  const PzAttentionTile tile = pz_tuning_attention (lowering->limits, head_dim, q[1],
                                                    node->src[Q]->tensor.dtype == PZ_F16);
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->src[Q]->tensor.dtype, PZ_KERNEL_ATTENTION_COLUMN_F16,
                             PZ_KERNEL_ATTENTION_COLUMN_F32),
  };
  PzAttentionColumnArgs args = {
    .q = pz_lowering_address (lowering, node->src[Q]),
    .k = pz_lowering_address (lowering, node->src[K]),
    .column = pz_lowering_address (lowering, node->src[COLUMN]),
    .y = pz_lowering_address (lowering, node),
    .queries = q[1],
    .keys = node->src[K]->tensor.dims[1],
    .heads = params->heads,
    .width = q[2],
    .scale_log2e = pz_heads_scale_log2e (head_dim),
  };

  pz_heads_dispatch (&dispatch, lowering, q, params->heads, tile);
  pz_dispatch_args (&dispatch, &args);
  attention_column_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
attention_column_backward (PzGraph *graph,
                           const PzNode *node,
                           PzTensor *d_out,
                           const gboolean wanted[PZ_MAX_SRC],
                           PzTensor *d_src[PZ_MAX_SRC])
{
  const PzAttentionGradient in = { .q = &node->src[Q]->tensor,
                                   .k = &node->src[K]->tensor,
                                   .d_out = d_out,
                                   .column = &node->src[COLUMN]->tensor,
                                   .heads = node->tensor.dims[1] };

  pz_attention_gradient (graph, &in, wanted, d_src);
}

const PzOpClass pz_op_attention_column = {
  .name = "attention_column",
  .n_src = N_SRC,
  .shape = attention_column_shape,
  .lower = attention_column_lower,
  .constant = 1u << COLUMN,
  .backward = attention_column_backward,
};

PzTensor *
pz_attention_column (PzGraph *graph, PzTensor *q, PzTensor *k, PzTensor *column, guint heads)
{
  const Params params = { .heads = heads };

  return (PzTensor *) pz_graph_append (graph, &pz_op_attention_column,
                                       (PzTensor *const[]) { q, k, column }, &params,
                                       sizeof params);
}
