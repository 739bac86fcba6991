/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/max_gradient.h"

enum
{
  X,
  MOST,
  D_OUT,
  N_SRC,
};

/* Up to this number indices are exact as f32. */
#define MOST_ELEMENTS (1u << 24)

static gboolean
max_gradient_shape (PzNode *node, GError **error)
{
  const guint *batch = node->src[X]->tensor.dims;

  for (guint i = 0; i < N_SRC; i++)
    if (node->src[i]->tensor.dtype != PZ_F32)
      return pz_refuse (error, "expected F32");
  if (!pz_require_dims (node->src[MOST], "the largest", 1, batch, error)
      || !pz_require_dims (node->src[D_OUT], "the gradient", 1, batch, error))
    return FALSE;
  if (pz_node_n_elements (node->src[X]) / batch[0] > MOST_ELEMENTS)
    return pz_refuse (error, "expected at most %u elements of a batch entry", MOST_ELEMENTS);
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static void
max_gradient_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 2, cost);
}

static void
max_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const guint32 batch = node->tensor.dims[0];
  const PzMaxGradientArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .most = pz_lowering_address (lowering, node->src[MOST]),
    .d_out = pz_lowering_address (lowering, node->src[D_OUT]),
    .y = pz_lowering_address (lowering, node),
    .batch = batch,
    .n = (guint32) (pz_node_n_elements (node) / batch),
  };
  PzDispatch dispatch = { .kernel = PZ_KERNEL_MAX_GRADIENT };

  pz_dispatch_groups (&dispatch, batch, PZ_LANES);
  pz_dispatch_args (&dispatch, &args);
  max_gradient_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_max_gradient = {
  .name = "max_gradient",
  .n_src = N_SRC,
  .shape = max_gradient_shape,
  .lower = max_gradient_lower,
};

PzTensor *
pz_max_gradient (PzGraph *graph, PzTensor *x, PzTensor *most, PzTensor *d_out)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_max_gradient,
                                       (PzTensor *const[]) {
                                         [X] = x, [MOST] = most, [D_OUT] = d_out },
                                       NULL, 0);
}
