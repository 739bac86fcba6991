/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/norm.h"
#include "compute/ops/ops.h"
#include "shaders/args/layer_norm_gradient.h"

static void
layer_norm_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  const guint32 width = pz_norm_channels (node);
  const guint cluster = pz_layer_norm_cluster (lowering->limits);
  const PzLayerNormGradientArgs args = {
    .x = pz_lowering_address (lowering, node->src[PZ_NORM_X]),
    .weight = pz_lowering_address (lowering, node->src[PZ_NORM_WEIGHT]),
    .bias = pz_lowering_address (lowering, node->src[PZ_NORM_BIAS]),
    .d_out = pz_lowering_address (lowering, node->src[PZ_NORM_D_OUT]),
    .y = pz_lowering_address (lowering, node),
    .rows = (guint32) (pz_node_n_elements (node) / width),
    .width = width,
    .eps = params->eps,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_LAYER_NORM_GRADIENT_F16,
                             PZ_KERNEL_LAYER_NORM_GRADIENT_F32),
    .spec = {
      [PZ_SPEC_PACKED] = width % 4 == 0,
      [PZ_SPEC_LAYER_NORM_ACT] = params->act,
      [PZ_SPEC_LAYER_NORM_CLUSTER] = cluster,
    },
    .n_spec = PZ_SPEC_LAYER_NORM_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * cluster);
  pz_dispatch_args (&dispatch, &args);
  pz_norm_gradient_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_layer_norm_gradient = {
  .name = "layer_norm_gradient",
  .n_src = PZ_NORM_GRADIENT_N_SRC,
  .in_place = 1u << PZ_NORM_X | 1u << PZ_NORM_D_OUT,
  .shape = pz_layer_norm_shape,
  .lower = layer_norm_gradient_lower,
};

PzTensor *
pz_layer_norm_gradient (PzGraph *graph,
                        PzTensor *x,
                        PzTensor *weight,
                        PzTensor *bias,
                        PzTensor *d_out,
                        float eps,
                        PzActivation act)
{
  const PzNormParams params = { .eps = eps, .act = act };
  PzTensor *const src[] = {
    [PZ_NORM_X] = x, [PZ_NORM_WEIGHT] = weight, [PZ_NORM_BIAS] = bias, [PZ_NORM_D_OUT] = d_out
  };

  return (PzTensor *) pz_graph_append (graph, &pz_op_layer_norm_gradient, src, &params,
                                       sizeof params);
}
