/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/norm.h"
#include "compute/ops/ops.h"
#include "shaders/args/layer_norm.h"

/* Lanes per row: software devices use one, because they have narrow subgroups and slow barriers; others use WIDE_CLUSTER. */
#define NARROW_SUBGROUP 16
#define WIDE_CLUSTER 32

gboolean
pz_layer_norm_shape (PzNode *node, GError **error)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;

  if (params->act != PZ_ACT_NONE && params->act != PZ_ACT_LEAKY_RELU)
    return pz_refuse (error, "expected no activation or leaky ReLU");
  return pz_norm_shape (node, error);
}

guint
pz_layer_norm_cluster (const PzGpuLimits *limits)
{
  return limits->subgroup_size <= NARROW_SUBGROUP ? 1 : WIDE_CLUSTER;
}

static void
layer_norm_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  const guint32 width = pz_norm_channels (node);
  const guint cluster = pz_layer_norm_cluster (lowering->limits);
  const PzLayerNormArgs args = {
    .x = pz_lowering_address (lowering, node->src[PZ_NORM_X]),
    .weight = pz_lowering_address (lowering, node->src[PZ_NORM_WEIGHT]),
    .bias = pz_lowering_address (lowering, node->src[PZ_NORM_BIAS]),
    .y = pz_lowering_address (lowering, node),
    .rows = (guint32) (pz_node_n_elements (node) / width),
    .width = width,
    .eps = params->eps,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_LAYER_NORM_F16,
                             PZ_KERNEL_LAYER_NORM_F32),
    .spec = {
      [PZ_SPEC_PACKED] = width % 4 == 0,
      [PZ_SPEC_LAYER_NORM_ACT] = params->act,
      [PZ_SPEC_LAYER_NORM_CLUSTER] = cluster,
    },
    .n_spec = PZ_SPEC_LAYER_NORM_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * cluster);
  pz_dispatch_args (&dispatch, &args);
  pz_norm_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
layer_norm_backward (PzGraph *graph,
                     const PzNode *node,
                     PzTensor *d_out,
                     const gboolean wanted[PZ_MAX_SRC],
                     PzTensor *d_src[PZ_MAX_SRC])
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;

  if (wanted[PZ_NORM_WEIGHT] || wanted[PZ_NORM_BIAS])
    pz_refuse_gradient (graph, node, "weight or bias");
  else if (wanted[PZ_NORM_X])
    d_src[PZ_NORM_X] = pz_layer_norm_gradient (graph, &node->src[PZ_NORM_X]->tensor,
                                               &node->src[PZ_NORM_WEIGHT]->tensor,
                                               &node->src[PZ_NORM_BIAS]->tensor, d_out,
                                               params->eps, params->act);
}

const PzOpClass pz_op_layer_norm = {
  .name = "layer_norm",
  .n_src = PZ_NORM_N_SRC,
  .in_place = 1u << PZ_NORM_X,
  .shape = pz_layer_norm_shape,
  .lower = layer_norm_lower,
  .backward = layer_norm_backward,
};

PzTensor *
pz_layer_norm (PzGraph *graph,
               PzTensor *x,
               PzTensor *weight,
               PzTensor *bias,
               float eps,
               PzActivation act)
{
  const PzNormParams params = { .eps = eps, .act = act };

  return (PzTensor *)
    pz_graph_append (graph, &pz_op_layer_norm,
                     (PzTensor *const[]) {
                       [PZ_NORM_X] = x, [PZ_NORM_WEIGHT] = weight, [PZ_NORM_BIAS] = bias },
                     &params, sizeof params);
}
