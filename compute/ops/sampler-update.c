/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes the next latent of a sampler step.
 */
#include "compute/ops/ops.h"
#include "compute/ops/sampler-rules.h"
#include "shaders/args/sampler_update.h"

enum
{
  UPDATE_X,
  UPDATE_PRED,
  UPDATE_NOISE,
  UPDATE_PAST,
  UPDATE_KNOBS,
  UPDATE_N_SRC,
};

static gboolean
sampler_update_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[UPDATE_X]->tensor;

  if (!pz_sampler_check_answer (node->src[UPDATE_X], node->src[UPDATE_PRED],
                                node->src[UPDATE_KNOBS], error)
      || !pz_sampler_check_past (node->src[UPDATE_PAST], x, error))
    return FALSE;
  if (node->src[UPDATE_NOISE]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected noise in F32");
  if (!pz_require_dims (node->src[UPDATE_NOISE], "noise", x->n_dims, x->dims, error))
    return FALSE;
  pz_node_like (node, node->src[UPDATE_X]);
  return TRUE;
}

static void
sampler_update_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 8 + 2 * PZ_SAMPLER_SLOTS, cost);
}

static void
sampler_update_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNode *x = node->src[UPDATE_X], *pred = node->src[UPDATE_PRED];
  const PzSamplerUpdateArgs args = {
    .x = pz_lowering_address (lowering, x),
    .pred = pz_lowering_address (lowering, pred),
    .noise = pz_lowering_address (lowering, node->src[UPDATE_NOISE]),
    .past = pz_lowering_address (lowering, node->src[UPDATE_PAST]),
    .knobs = pz_lowering_address (lowering, node->src[UPDATE_KNOBS]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
    .guided = pz_sampler_is_guided (&x->tensor, &pred->tensor),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (pred->tensor.dtype, PZ_KERNEL_SAMPLER_UPDATE_F16,
                             PZ_KERNEL_SAMPLER_UPDATE_F32),
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  sampler_update_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_sampler_update = {
  .name = "sampler_update",
  .n_src = UPDATE_N_SRC,
  .in_place = 1u << UPDATE_X,
  .shape = sampler_update_shape,
  .lower = sampler_update_lower,
};

PzTensor *
pz_sampler_update (PzGraph *graph,
                   PzTensor *x,
                   PzTensor *pred,
                   PzTensor *noise,
                   PzTensor *past,
                   PzTensor *knobs)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_sampler_update,
                                       (PzTensor *const[]) {
                                         [UPDATE_X] = x,
                                         [UPDATE_PRED] = pred,
                                         [UPDATE_NOISE] = noise,
                                         [UPDATE_PAST] = past,
                                         [UPDATE_KNOBS] = knobs,
                                       },
                                       NULL, 0);
}
