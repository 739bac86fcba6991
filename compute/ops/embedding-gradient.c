/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/embedding_gradient.h"

enum
{
  IDS,
  D_OUT,
  N_SRC,
};

typedef struct
{
  guint n_table;
  guint n_extra;
} Params;

static gboolean
embedding_gradient_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *ids = &node->src[IDS]->tensor;
  const PzTensor *d_out = &node->src[D_OUT]->tensor;

  if (!pz_require_float (node->src[D_OUT], error))
    return FALSE;
  if (ids->n_dims != 2 || ids->dtype != PZ_I32 || d_out->n_dims != 3
      || d_out->dims[0] != ids->dims[0] || d_out->dims[1] != ids->dims[1])
    return pz_refuse (error, "expected I32 ids [B, T] and a gradient [B, T, D]");
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 2;
  node->tensor.dims[0] = params->n_extra;
  node->tensor.dims[1] = d_out->dims[2];
  return TRUE;
}

static void
embedding_gradient_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, (gdouble) pz_node_n_elements (node->src[IDS]), cost);
}

static void
embedding_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint32 width = node->tensor.dims[1];
  const guint32 quads = (guint32) pz_div_up (width, 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzEmbeddingGradientArgs args = {
    .ids = pz_lowering_address (lowering, node->src[IDS]),
    .d_out = pz_lowering_address (lowering, node->src[D_OUT]),
    .y = pz_lowering_address (lowering, node),
    .tokens = (guint32) pz_node_n_elements (node->src[IDS]),
    .width = width,
    .n_table = params->n_table,
    .n_extra = params->n_extra,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->src[D_OUT]->tensor.dtype, PZ_KERNEL_EMBEDDING_GRADIENT_F16,
                             PZ_KERNEL_EMBEDDING_GRADIENT_F32),
    .spec = { [PZ_SPEC_PACKED] = width % 4 == 0 },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.n_extra * quads);
  pz_dispatch_args (&dispatch, &args);
  embedding_gradient_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_embedding_gradient = {
  .name = "embedding_gradient",
  .n_src = N_SRC,
  .shape = embedding_gradient_shape,
  .lower = embedding_gradient_lower,
};

PzTensor *
pz_embedding_gradient (PzGraph *graph,
                       PzTensor *ids,
                       PzTensor *d_out,
                       guint n_table,
                       guint n_extra)
{
  const Params params = { .n_table = n_table, .n_extra = n_extra };

  return (PzTensor *) pz_graph_append (graph, &pz_op_embedding_gradient,
                                       (PzTensor *const[]) { [IDS] = ids, [D_OUT] = d_out },
                                       &params, sizeof params);
}
