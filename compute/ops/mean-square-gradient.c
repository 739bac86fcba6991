/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/mean-square.h"
#include "compute/ops/ops.h"
#include "shaders/args/mean_square.h"

gboolean
pz_mean_square_check (const PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[PZ_MEAN_SQUARE_X]->tensor;
  const PzNode *target = node->src[PZ_MEAN_SQUARE_TARGET];
  const PzNode *weight = node->src[PZ_MEAN_SQUARE_WEIGHT];
  PzTensor pixels = *x;

  pixels.dims[x->n_dims - 1] = 1;
  if (!pz_require_float (node->src[PZ_MEAN_SQUARE_X], error)
      || !pz_require_dims (target, "target", x->n_dims, x->dims, error)
      || (weight != NULL && !pz_require_dims (weight, "weight", x->n_dims, pixels.dims, error)))
    return FALSE;
  if (x->n_dims < 2 || target->tensor.dtype != PZ_F32
      || (weight != NULL && weight->tensor.dtype != PZ_F32))
    return pz_refuse (error, "expected at least two dimensions, and target and weight in F32");
  return TRUE;
}

void
pz_mean_square_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 0, cost);
  cost->flops = 4 * (gdouble) pz_node_n_elements (node->src[PZ_MEAN_SQUARE_X]);
}

void
pz_mean_square_lower (const PzNode *node, PzLowering *lowering, guint kernel)
{
  const PzNode *x = node->src[PZ_MEAN_SQUARE_X];
  const guint32 channels = x->tensor.dims[x->tensor.n_dims - 1];
  const PzDivisor by_channels = pz_divisor (channels);
  const PzMeanSquareArgs args = {
    .x = pz_lowering_address (lowering, x),
    .target = pz_lowering_address (lowering, node->src[PZ_MEAN_SQUARE_TARGET]),
    .weight = pz_lowering_address (lowering, node->src[PZ_MEAN_SQUARE_WEIGHT]),
    .d_out = node->op->n_src > PZ_MEAN_SQUARE_D_OUT
               ? pz_lowering_address (lowering, node->src[PZ_MEAN_SQUARE_D_OUT])
               : 0,
    .y = pz_lowering_address (lowering, node),
    .batch = x->tensor.dims[0],
    .n = (guint32) (pz_node_n_elements (x) / x->tensor.dims[0]),
    .channels = channels,
    .channels_multiplier = by_channels.multiplier,
    .channels_shift = by_channels.shift,
  };
  PzDispatch dispatch = { .kernel = kernel };

  pz_dispatch_groups (&dispatch, args.batch, PZ_LANES);
  pz_dispatch_args (&dispatch, &args);
  pz_mean_square_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static gboolean
mean_square_gradient_shape (PzNode *node, GError **error)
{
  const PzNode *d_out = node->src[PZ_MEAN_SQUARE_D_OUT];

  if (!pz_mean_square_check (node, error)
      || !pz_require_dims (d_out, "the gradient", 1, node->src[PZ_MEAN_SQUARE_X]->tensor.dims,
                           error))
    return FALSE;
  if (d_out->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected the gradient in F32");
  pz_node_like (node, node->src[PZ_MEAN_SQUARE_X]);
  return TRUE;
}

static void
mean_square_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  pz_mean_square_lower (node, lowering,
                        pz_kernel_for (node->tensor.dtype, PZ_KERNEL_MEAN_SQUARE_GRADIENT_F16,
                                       PZ_KERNEL_MEAN_SQUARE_GRADIENT_F32));
}

const PzOpClass pz_op_mean_square_gradient = {
  .name = "mean_square_gradient",
  .n_src = PZ_MEAN_SQUARE_GRADIENT_N_SRC,
  .optional = 1u << PZ_MEAN_SQUARE_WEIGHT,
  .in_place = 1u << PZ_MEAN_SQUARE_X,
  .shape = mean_square_gradient_shape,
  .lower = mean_square_gradient_lower,
};

PzTensor *
pz_mean_square_gradient (PzGraph *graph,
                         PzTensor *x,
                         PzTensor *target,
                         PzTensor *weight,
                         PzTensor *d_out)
{
  PzTensor *const src[] = { [PZ_MEAN_SQUARE_X] = x,
                            [PZ_MEAN_SQUARE_TARGET] = target,
                            [PZ_MEAN_SQUARE_WEIGHT] = weight,
                            [PZ_MEAN_SQUARE_D_OUT] = d_out };

  return (PzTensor *) pz_graph_append (graph, &pz_op_mean_square_gradient, src, NULL, 0);
}
