/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stores a value of this step in the sampler's history.
 */
#include "compute/ops/ops.h"
#include "compute/ops/sampler-rules.h"
#include "shaders/args/sampler_remember.h"

enum
{
  REMEMBER_PAST,
  REMEMBER_X,
  REMEMBER_PRED,
  REMEMBER_KNOBS,
  REMEMBER_N_SRC,
};

static gboolean
sampler_remember_shape (PzNode *node, GError **error)
{
  if (!pz_sampler_check_answer (node->src[REMEMBER_X], node->src[REMEMBER_PRED],
                                node->src[REMEMBER_KNOBS], error)
      || !pz_sampler_check_past (node->src[REMEMBER_PAST], &node->src[REMEMBER_X]->tensor,
                                 error))
    return FALSE;
  pz_node_like (node, node->src[REMEMBER_PAST]);
  return TRUE;
}

static void
sampler_remember_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 6.0 / PZ_SAMPLER_SLOTS, cost);
}

static void
sampler_remember_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNode *x = node->src[REMEMBER_X], *pred = node->src[REMEMBER_PRED];
  const PzSamplerRememberArgs args = {
    .past = pz_lowering_address (lowering, node->src[REMEMBER_PAST]),
    .x = pz_lowering_address (lowering, x),
    .pred = pz_lowering_address (lowering, pred),
    .knobs = pz_lowering_address (lowering, node->src[REMEMBER_KNOBS]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (x),
    .guided = pz_sampler_is_guided (&x->tensor, &pred->tensor),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (pred->tensor.dtype, PZ_KERNEL_SAMPLER_REMEMBER_F16,
                             PZ_KERNEL_SAMPLER_REMEMBER_F32),
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  sampler_remember_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_sampler_remember = {
  .name = "sampler_remember",
  .n_src = REMEMBER_N_SRC,
  .in_place = 1u << REMEMBER_PAST,
  .shape = sampler_remember_shape,
  .lower = sampler_remember_lower,
};

PzTensor *
pz_sampler_remember (PzGraph *graph,
                     PzTensor *past,
                     PzTensor *x,
                     PzTensor *pred,
                     PzTensor *knobs)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_sampler_remember,
                                       (PzTensor *const[]) {
                                         [REMEMBER_PAST] = past,
                                         [REMEMBER_X] = x,
                                         [REMEMBER_PRED] = pred,
                                         [REMEMBER_KNOBS] = knobs,
                                       },
                                       NULL, 0);
}
