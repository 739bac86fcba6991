/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/sampler_update.h"

#define N_KNOBS 8

enum
{
  X,
  PRED,
  NOISE,
  KNOBS,
  N_SRC,
};

static gboolean
is_guided (const PzNode *node)
{
  return node->src[PRED]->tensor.dims[0] == 2 * node->src[X]->tensor.dims[0];
}

static gboolean
sampler_update_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[X]->tensor;
  const PzTensor *pred = &node->src[PRED]->tensor;

  if (x->dtype != PZ_F32 || node->src[NOISE]->tensor.dtype != PZ_F32
      || node->src[KNOBS]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected x, noise and knobs in F32");
  if (!pz_require_float (node->src[PRED], error)
      || !pz_require_dims (node->src[NOISE], "noise", x->n_dims, x->dims, error)
      || !pz_require_dims (node->src[KNOBS], "knobs", 1, (const guint[]) { N_KNOBS }, error))
    return FALSE;
  if (!pz_shape_equal (pred->n_dims - 1, pred->dims + 1, x->n_dims - 1, x->dims + 1)
      || (pred->dims[0] != x->dims[0] && !is_guided (node)))
    return pz_refuse (error, "expected a prediction of x's shape, or twice its batch");
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static void
sampler_update_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 8, cost);
}

static void
sampler_update_lower (const PzNode *node, PzLowering *lowering)
{
  const PzSamplerUpdateArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .pred = pz_lowering_address (lowering, node->src[PRED]),
    .noise = pz_lowering_address (lowering, node->src[NOISE]),
    .knobs = pz_lowering_address (lowering, node->src[KNOBS]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
    .guided = is_guided (node),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->src[PRED]->tensor.dtype, PZ_KERNEL_SAMPLER_UPDATE_F16,
                             PZ_KERNEL_SAMPLER_UPDATE_F32),
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  sampler_update_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_sampler_update = {
  .name = "sampler_update",
  .n_src = N_SRC,
  .in_place = 1u << X,
  .shape = sampler_update_shape,
  .lower = sampler_update_lower,
  .cost = sampler_update_cost,
};

PzTensor *
pz_sampler_update (PzGraph *graph,
                   PzTensor *x,
                   PzTensor *pred,
                   PzTensor *noise,
                   PzTensor *knobs)
{
  return (PzTensor *)
    pz_graph_append (graph, &pz_op_sampler_update,
                     (PzTensor *const[]) {
                       [X] = x, [PRED] = pred, [NOISE] = noise, [KNOBS] = knobs },
                     NULL, 0);
}
