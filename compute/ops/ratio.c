/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/ratio.h"

static gboolean
ratio_shape (PzNode *node, GError **error)
{
  const PzTensor *a = &node->src[0]->tensor;

  if (a->dtype != PZ_F32 || node->src[1]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected F32");
  pz_node_like (node, node->src[0]);
  return pz_require_dims (node->src[1], "the divisor", a->n_dims, a->dims, error);
}

static void
ratio_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 1, cost);
}

static void
ratio_lower (const PzNode *node, PzLowering *lowering)
{
  const PzRatioArgs args = {
    .a = pz_lowering_address (lowering, node->src[0]),
    .b = pz_lowering_address (lowering, node->src[1]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
  };
  PzDispatch dispatch = { .kernel = PZ_KERNEL_RATIO };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  ratio_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_ratio = {
  .name = "ratio",
  .n_src = 2,
  .in_place = 1u << 0 | 1u << 1,
  .shape = ratio_shape,
  .lower = ratio_lower,
};

PzTensor *
pz_ratio (PzGraph *graph, PzTensor *a, PzTensor *b)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_ratio, (PzTensor *const[]) { a, b }, NULL,
                                       0);
}
