/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prompt weighting.
 */
#include "compute/prompts.h"

#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/emphasis.h"

enum
{
  X,
  WEIGHT,
  N_SRC,
};

static gboolean
emphasis_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[X]->tensor;

  if (!pz_require_float (node->src[X], error))
    return FALSE;
  if (x->n_dims != 3)
    return pz_refuse (error, "expected x of [batch, tokens, width], found %u dimensions",
                      x->n_dims);
  if (node->src[WEIGHT]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected weights in F32");
  if (!pz_require_dims (node->src[WEIGHT], "weights", 2, x->dims, error))
    return FALSE;
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static void
emphasis_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 2, cost);
}

static void
emphasis_lower (const PzNode *node, PzLowering *lowering)
{
  const guint *dims = node->tensor.dims;
  const PzEmphasisArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .weight = pz_lowering_address (lowering, node->src[WEIGHT]),
    .y = pz_lowering_address (lowering, node),
    .batch = dims[0],
    .tokens = dims[1],
    .width = dims[2],
  };
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (node->tensor.dtype, PZ_KERNEL_EMPHASIS_F16, PZ_KERNEL_EMPHASIS_F32),
  };

  pz_dispatch_groups (&dispatch, args.batch, PZ_LANES);
  pz_dispatch_args (&dispatch, &args);
  emphasis_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_emphasis = {
  .name = "emphasis",
  .n_src = N_SRC,
  .in_place = 1u << X,
  .shape = emphasis_shape,
  .lower = emphasis_lower,
};

PzTensor *
pz_emphasis (PzGraph *graph, PzTensor *x, PzTensor *weight)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_emphasis,
                                       (PzTensor *const[]) { [X] = x, [WEIGHT] = weight }, NULL,
                                       0);
}
