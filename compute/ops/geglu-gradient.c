/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/geglu_gradient.h"

enum
{
  X,
  D_OUT,
  N_SRC,
};

static gboolean
geglu_gradient_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[X]->tensor;
  PzTensor half = *x;

  half.dims[x->n_dims - 1] /= 2;
  if (!pz_require_float (node->src[X], error)
      || !pz_require_dims (node->src[D_OUT], "the gradient", half.n_dims, half.dims, error))
    return FALSE;
  if (node->src[D_OUT]->tensor.dtype != x->dtype || x->dims[x->n_dims - 1] % 2 != 0)
    return pz_refuse (error, "expected an even last dimension and a gradient of x's dtype");
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static void
geglu_gradient_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 20, cost);
}

static void
geglu_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const guint32 width = node->tensor.dims[node->tensor.n_dims - 1] / 2;
  const guint32 quads = (guint32) pz_div_up (width, 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzGegluGradientArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .d_out = pz_lowering_address (lowering, node->src[D_OUT]),
    .y = pz_lowering_address (lowering, node),
    .rows = (guint32) (pz_node_n_elements (node) / width / 2),
    .width = width,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_GEGLU_GRADIENT_F16,
                             PZ_KERNEL_GEGLU_GRADIENT_F32),
    .spec = { [PZ_SPEC_PACKED] = width % 4 == 0 },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * quads);
  pz_dispatch_args (&dispatch, &args);
  geglu_gradient_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_geglu_gradient = {
  .name = "geglu_gradient",
  .n_src = N_SRC,
  .in_place = 1u << X,
  .shape = geglu_gradient_shape,
  .lower = geglu_gradient_lower,
};

PzTensor *
pz_geglu_gradient (PzGraph *graph, PzTensor *x, PzTensor *d_out)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_geglu_gradient,
                                       (PzTensor *const[]) { [X] = x, [D_OUT] = d_out }, NULL,
                                       0);
}
