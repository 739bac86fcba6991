/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Activations and scale-and-shift: one kernel.
 */
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/unary.h"

typedef struct
{
  PzActivation act;
  float scale;
  float shift;
} Params;

static gboolean
unary_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (params->act >= PZ_N_ACTS)
    return pz_refuse (error, "expected an activation below %d, found %d", PZ_N_ACTS,
                      params->act);
  pz_node_like (node, node->src[0]);
  return TRUE;
}

static void
unary_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 8, cost);
}

static void
unary_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const gsize n = pz_node_n_elements (node);
  PzUnaryArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) n,
    .scale = params->scale,
    .shift = params->shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_UNARY_F16, PZ_KERNEL_UNARY_F32),
    .spec = { [PZ_SPEC_UNARY_ACT] = params->act },
    .n_spec = PZ_SPEC_UNARY_N,
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (n, 4));
  pz_dispatch_args (&dispatch, &args);
  unary_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_unary = {
  .name = "unary",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = unary_shape,
  .lower = unary_lower,
  .cost = unary_cost,
};

const PzOpClass pz_op_affine = {
  .name = "affine",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = unary_shape,
  .lower = unary_lower,
  .cost = unary_cost,
};

PzTensor *
pz_unary (PzGraph *graph, PzTensor *x, PzActivation act)
{
  const Params params = { .act = act, .scale = 1.0f };

  return (PzTensor *) pz_graph_append (graph, &pz_op_unary, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}

PzTensor *
pz_affine (PzGraph *graph, PzTensor *x, float scale, float shift)
{
  const Params params = { .act = PZ_ACT_NONE, .scale = scale, .shift = shift };

  return (PzTensor *) pz_graph_append (graph, &pz_op_affine, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
