/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/unary_gradient.h"

enum
{
  X,
  D_Y,
  N_SRC,
};

static gboolean
unary_gradient_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[X]->tensor;

  if (!pz_require_float (node->src[X], error))
    return FALSE;
  if (node->src[D_Y]->tensor.dtype != x->dtype)
    return pz_refuse (error, "expected two tensors of one dtype");
  if (!pz_require_dims (node->src[D_Y], "a gradient", x->n_dims, x->dims, error))
    return FALSE;
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static void
unary_gradient_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 12, cost);
}

static void
unary_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const PzUnaryGradientArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .d_y = pz_lowering_address (lowering, node->src[D_Y]),
    .d_x = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_UNARY_GRADIENT_F16,
                             PZ_KERNEL_UNARY_GRADIENT_F32),
    .spec = { [PZ_SPEC_UNARY_ACT] = *(const PzActivation *) node->params.bytes },
    .n_spec = PZ_SPEC_UNARY_N,
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  unary_gradient_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_unary_gradient = {
  .name = "unary_gradient",
  .n_src = N_SRC,
  .in_place = 1u << X | 1u << D_Y,
  .shape = unary_gradient_shape,
  .lower = unary_gradient_lower,
};

PzTensor *
pz_unary_gradient (PzGraph *graph, PzTensor *x, PzTensor *d_y, PzActivation act)
{
  if (act == PZ_ACT_NONE)
    return d_y;
  return (PzTensor *) pz_graph_append (graph, &pz_op_unary_gradient,
                                       (PzTensor *const[]) { [X] = x, [D_Y] = d_y }, &act,
                                       sizeof act);
}
