/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/learning.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/accumulate.h"

enum
{
  SUM,
  X,
  KEEP,
  N_SRC,
};

static gboolean
accumulate_shape (PzNode *node, GError **error)
{
  const PzTensor *sum = &node->src[SUM]->tensor;
  const guint one = 1;

  if (sum->dtype != PZ_F32 || node->src[KEEP]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected sum and keep in F32");
  pz_node_like (node, node->src[SUM]);
  return pz_require_float (node->src[X], error)
         && pz_require_dims (node->src[X], "x", sum->n_dims, sum->dims, error)
         && pz_require_dims (node->src[KEEP], "keep", 1, &one, error);
}

static void
accumulate_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 2, cost);
}

static void
accumulate_lower (const PzNode *node, PzLowering *lowering)
{
  const PzAccumulateArgs args = {
    .sum = pz_lowering_address (lowering, node->src[SUM]),
    .x = pz_lowering_address (lowering, node->src[X]),
    .keep = pz_lowering_address (lowering, node->src[KEEP]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->src[X]->tensor.dtype, PZ_KERNEL_ACCUMULATE_F16,
                             PZ_KERNEL_ACCUMULATE_F32),
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  accumulate_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_accumulate = {
  .name = "accumulate",
  .n_src = N_SRC,
  .in_place = 1u << SUM,
  .shape = accumulate_shape,
  .lower = accumulate_lower,
};

PzTensor *
pz_accumulate (PzGraph *graph, PzTensor *sum, PzTensor *x, PzTensor *keep)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_accumulate,
                                       (PzTensor *const[]) {
                                         [SUM] = sum, [X] = x, [KEEP] = keep },
                                       NULL, 0);
}
