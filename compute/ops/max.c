/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/max.h"

static void
max_cost (const PzNode *node, PzCost *cost)
{
  cost->flops = (gdouble) pz_node_n_elements (node->src[0]);
  cost->bytes = (gdouble) pz_node_bytes (node->src[0]) + (gdouble) pz_node_bytes (node);
}

static gboolean
max_shape (PzNode *node, GError **error)
{
  if (node->src[0]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected F32");
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 1;
  node->tensor.dims[0] = node->src[0]->tensor.dims[0];
  return TRUE;
}

static void
max_lower (const PzNode *node, PzLowering *lowering)
{
  const guint32 batch = node->tensor.dims[0];
  const PzMaxArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .batch = batch,
    .n = (guint32) (pz_node_n_elements (node->src[0]) / batch),
  };
  PzDispatch dispatch = { .kernel = PZ_KERNEL_MAX };

  pz_dispatch_groups (&dispatch, batch, PZ_LANES);
  pz_dispatch_args (&dispatch, &args);
  max_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

/* The gradient flows only to the maximum; to the first one if there are several. */
static void
max_backward (PzGraph *graph,
              const PzNode *node,
              PzTensor *d_out,
              const gboolean wanted[PZ_MAX_SRC],
              PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[0])
    d_src[0] =
      pz_max_gradient (graph, &node->src[0]->tensor, (PzTensor *) &node->tensor, d_out);
}

const PzOpClass pz_op_max = {
  .name = "max",
  .n_src = 1,
  .shape = max_shape,
  .lower = max_lower,
  .backward = max_backward,
};

PzTensor *
pz_max (PzGraph *graph, PzTensor *x)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_max, (PzTensor *const[]) { x }, NULL, 0);
}
