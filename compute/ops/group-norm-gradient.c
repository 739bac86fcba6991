/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/norm.h"
#include "compute/ops/ops.h"
#include "shaders/args/group_norm_gradient.h"

/* Scratch layout. */
typedef struct
{
  PzGroupStatistics statistics; /* its `partials` are reused for those of the gradient */
  PzRange means;
  gsize bytes;
} Layout;

static PzRange
take (Layout *layout, guint64 address, gsize bytes)
{
  const PzRange range = { address + layout->bytes, bytes };

  layout->bytes += pz_div_up (bytes, 256) * 256;
  return range;
}

static Layout
layout_of (const PzNode *node, guint64 address)
{
  const PzGroupPlan plan = pz_group_plan (node);
  Layout layout = { 0 };

  layout.statistics.partials = take (&layout, address, plan.partials_bytes);
  layout.statistics.factors = take (&layout, address, plan.factors_bytes);
  layout.statistics.scales = take (&layout, address, plan.scales_bytes);
  layout.means = take (&layout, address, plan.factors_bytes);
  return layout;
}

static gsize
group_norm_gradient_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  (void) limits;
  return layout_of (node, 0).bytes;
}

static PzRange
source (const PzNode *node, const PzLowering *lowering, guint i)
{
  return (PzRange) { pz_lowering_address (lowering, node->src[i]),
                     pz_node_bytes (node->src[i]) };
}

static PzGroupNormGradientArgs
args_of (const PzNode *node, const PzLowering *lowering, const Layout *layout)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  const PzGroupPlan plan = pz_group_plan (node);
  const guint32 quads = (guint32) pz_div_up (plan.channels, 4);
  const PzDivisor by_quads = pz_divisor (quads);

  return (PzGroupNormGradientArgs) {
    .x = pz_lowering_address (lowering, node->src[PZ_NORM_X]),
    .bias = pz_lowering_address (lowering, node->src[PZ_NORM_BIAS]),
    .d_out = pz_lowering_address (lowering, node->src[PZ_NORM_D_OUT]),
    .y = pz_lowering_address (lowering, node),
    .factors = layout->statistics.factors.address,
    .scales = layout->statistics.scales.address,
    .partials = layout->statistics.partials.address,
    .means = layout->means.address,
    .batch = node->tensor.dims[0],
    .pixels = plan.pixels,
    .channels = plan.channels,
    .groups = params->groups,
    .chunk_pixels = plan.chunk_pixels,
    .chunks = plan.chunks,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
}

/* Appends a dispatch in which each lane has four channels of a run of pixels. */
static void
lower_over_runs (const PzNode *node,
                 PzLowering *lowering,
                 PzDispatch *dispatch,
                 const PzGroupNormGradientArgs *shared,
                 guint32 chunk_pixels)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  PzGroupNormGradientArgs args = *shared;

  args.chunk_pixels = chunk_pixels;
  args.chunks = (guint32) pz_div_up (args.pixels, chunk_pixels);
  const PzDivisor by_chunks = pz_divisor (args.chunks);
  args.chunks_multiplier = by_chunks.multiplier;
  args.chunks_shift = by_chunks.shift;

  dispatch->spec[PZ_SPEC_PACKED] = args.channels % 4 == 0;
  dispatch->spec[PZ_SPEC_GROUP_NORM_ACT] = params->act;
  dispatch->n_spec = PZ_SPEC_GROUP_NORM_N;
  dispatch->cost.flops = 12 * (gdouble) pz_node_n_elements (node);
  dispatch->cost.bytes = 2 * (gdouble) pz_node_bytes (node);
  pz_dispatch_lanes (dispatch, (gsize) args.batch * args.chunks * args.quads);
  pz_dispatch_args (dispatch, &args);
  pz_lowering_add (lowering, node, dispatch);
}

static void
group_norm_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const PzGroupPlan plan = pz_group_plan (node);
  const Layout layout = layout_of (node, lowering->scratch_address);
  const PzGroupStatistics *statistics = &layout.statistics;
  const PzGroupNormGradientArgs args = args_of (node, lowering, &layout);
  const PzDtype dtype = node->tensor.dtype;
  const PzRange x = source (node, lowering, PZ_NORM_X);
  const PzRange bias = source (node, lowering, PZ_NORM_BIAS);
  const PzRange d_out = source (node, lowering, PZ_NORM_D_OUT);
  PzDispatch partial = {
    .kernel = pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_GRADIENT_PARTIAL_F16,
                             PZ_KERNEL_GROUP_NORM_GRADIENT_PARTIAL_F32),
    .reads = { x, bias, d_out, statistics->factors },
    .n_reads = 4,
    .writes = { statistics->partials },
    .n_writes = 1,
  };
  PzDispatch join = {
    .kernel = PZ_KERNEL_GROUP_NORM_GRADIENT_MEANS,
    .reads = { statistics->partials, statistics->scales },
    .n_reads = 2,
    .writes = { layout.means },
    .n_writes = 1,
    .cost = { 0, (gdouble) statistics->partials.bytes },
  };
  PzDispatch apply = {
    .kernel = pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_GRADIENT_APPLY_F16,
                             PZ_KERNEL_GROUP_NORM_GRADIENT_APPLY_F32),
    .reads = { x, bias, d_out, statistics->factors, layout.means },
    .n_reads = 5,
    .writes = { { args.y, pz_node_bytes (node) } },
    .n_writes = 1,
  };

  pz_group_norm_lower_statistics (node, lowering, statistics);
  lower_over_runs (node, lowering, &partial, &args, args.chunk_pixels);
  pz_group_norm_dispatch_join (&join, &plan, lowering->limits,
                               (gsize) args.batch * args.groups);
  pz_dispatch_args (&join, &args);
  pz_lowering_add (lowering, node, &join);
  lower_over_runs (node, lowering, &apply, &args, PZ_GROUP_NORM_RUN);
}

const PzOpClass pz_op_group_norm_gradient = {
  .name = "group_norm_gradient",
  .n_src = PZ_NORM_GRADIENT_N_SRC,
  .in_place = 1u << PZ_NORM_X | 1u << PZ_NORM_D_OUT,
  .shape = pz_group_norm_shape,
  .scratch_bytes = group_norm_gradient_scratch_bytes,
  .lower = group_norm_gradient_lower,
};

PzTensor *
pz_group_norm_gradient (PzGraph *graph,
                        PzTensor *x,
                        PzTensor *weight,
                        PzTensor *bias,
                        PzTensor *d_out,
                        guint groups,
                        float eps,
                        PzActivation act)
{
  const PzNormParams params = { .groups = groups, .eps = eps, .act = act };
  PzTensor *const src[] = {
    [PZ_NORM_X] = x, [PZ_NORM_WEIGHT] = weight, [PZ_NORM_BIAS] = bias, [PZ_NORM_D_OUT] = d_out
  };

  return (PzTensor *) pz_graph_append (graph, &pz_op_group_norm_gradient, src, &params,
                                       sizeof params);
}
