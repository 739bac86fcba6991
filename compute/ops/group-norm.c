/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/norm.h"
#include "compute/ops/ops.h"
#include "shaders/args/group_norm.h"

/* Pixels per lane: enough to amortise the partial result, few enough that small pictures occupy the whole device, and at most
 * 64 for the reason given in group_norm_partial.comp. */
#define SHORTEST_RUN 8
#define LONGEST_RUN 64
#define USUAL_RUNS 128

/* Number of chunks of 16x16 pixels, the largest pictures of the embedded model; also the number of lanes that combine a group
 * if there are at most this many chunks. */
#define FEW_CHUNKS 32

PzGroupPlan
pz_group_plan (const PzNode *node)
{
  const gsize channels = pz_norm_channels (node);
  const gsize batch = node->tensor.dims[0];
  const gsize pixels = pz_node_n_elements (node) / (batch * channels);
  const gsize run = CLAMP (pz_div_up (pixels, USUAL_RUNS), SHORTEST_RUN, LONGEST_RUN);
  const gsize chunks = pz_div_up (pixels, run);

  return (PzGroupPlan) {
    .pixels = (guint32) pixels,
    .channels = (guint32) channels,
    .chunk_pixels = (guint32) run,
    .chunks = (guint32) chunks,
    .partials_bytes = batch * chunks * 2 * channels * sizeof (float),
    .factors_bytes = batch * 2 * channels * sizeof (float),
    .scales_bytes =
      batch * ((const PzNormParams *) node->params.bytes)->groups * sizeof (float),
  };
}

void
pz_group_norm_dispatch_join (PzDispatch *dispatch,
                             const PzGroupPlan *plan,
                             const PzGpuLimits *limits,
                             gsize n_groups)
{
  const gboolean few = plan->chunks <= FEW_CHUNKS;
  const guint cluster = few ? FEW_CHUNKS : PZ_LANES;

  dispatch->n_spec = PZ_SPEC_GROUP_NORM_CLUSTER_N;
  if (few && limits->splits_loads)
    {
      dispatch->spec[PZ_SPEC_GROUP_NORM_CLUSTER] = 1;
      pz_dispatch_groups (dispatch, pz_div_up (n_groups, limits->subgroup_size),
                          limits->subgroup_size);
    }
  else
    {
      dispatch->spec[PZ_SPEC_GROUP_NORM_CLUSTER] = cluster;
      pz_dispatch_groups (dispatch, n_groups, cluster);
    }
}

static gsize
factors_offset (const PzGroupPlan *plan)
{
  return pz_div_up (plan->partials_bytes, 256) * 256;
}

gboolean
pz_group_norm_shape (PzNode *node, GError **error)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  const guint channels = pz_norm_channels (node);

  if (node->src[PZ_NORM_X]->tensor.n_dims < 2)
    return pz_refuse (error, "expected at least two dimensions");
  if (params->groups == 0 || channels % params->groups != 0)
    return pz_refuse (error, "expected channels in whole groups, found %u in %u groups",
                      channels, params->groups);
  if (params->act != PZ_ACT_NONE && params->act != PZ_ACT_SILU)
    return pz_refuse (error, "expected no activation or SiLU");
  return pz_norm_shape (node, error);
}

static gsize
group_norm_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const PzGroupPlan plan = pz_group_plan (node);

  (void) limits;
  return factors_offset (&plan) + plan.factors_bytes;
}

static void
set_chunks (PzGroupNormArgs *args, guint32 chunk_pixels)
{
  args->chunk_pixels = chunk_pixels;
  args->chunks = (guint32) pz_div_up (args->pixels, chunk_pixels);

  const PzDivisor by_chunks = pz_divisor (args->chunks);
  args->chunks_multiplier = by_chunks.multiplier;
  args->chunks_shift = by_chunks.shift;
}

static PzGroupNormArgs
group_norm_args (const PzNode *node,
                 const PzGroupPlan *plan,
                 const PzLowering *lowering,
                 const PzGroupStatistics *statistics)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  const guint32 quads = (guint32) pz_div_up (plan->channels, 4);
  const PzDivisor by_quads = pz_divisor (quads);

  return (PzGroupNormArgs) {
    .x = pz_lowering_address (lowering, node->src[PZ_NORM_X]),
    .weight = pz_lowering_address (lowering, node->src[PZ_NORM_WEIGHT]),
    .bias = pz_lowering_address (lowering, node->src[PZ_NORM_BIAS]),
    .y = pz_lowering_address (lowering, node),
    .partials = statistics->partials.address,
    .factors = statistics->factors.address,
    .scales = statistics->scales.bytes > 0 ? statistics->scales.address : 0,
    .batch = node->tensor.dims[0],
    .pixels = plan->pixels,
    .channels = plan->channels,
    .groups = params->groups,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
    .eps = params->eps,
  };
}

static PzRange
range_of (const PzNode *node, guint64 address)
{
  return (PzRange) { address, pz_node_bytes (node) };
}

/* Appends a dispatch in which each lane has four channels of a run of pixels. */
static void
lower_over_runs (const PzNode *node,
                 PzDispatch *dispatch,
                 PzGroupNormArgs *args,
                 guint32 chunk_pixels,
                 PzLowering *lowering)
{
  set_chunks (args, chunk_pixels);
  dispatch->spec[PZ_SPEC_PACKED] = args->channels % 4 == 0;
  pz_dispatch_lanes (dispatch, (gsize) args->batch * args->chunks * args->quads);
  pz_dispatch_args (dispatch, args);
  pz_lowering_add (lowering, node, dispatch);
}

/* Cost of the first kernel. The kernel that writes the result counts as two of these. */
static PzCost
part_cost (const PzNode *node)
{
  return (PzCost) { 4 * (gdouble) pz_node_n_elements (node), (gdouble) pz_node_bytes (node) };
}

void
pz_group_norm_lower_statistics (const PzNode *node,
                                PzLowering *lowering,
                                const PzGroupStatistics *statistics)
{
  const PzGroupPlan plan = pz_group_plan (node);
  const PzDtype dtype = node->tensor.dtype;
  PzGroupNormArgs args = group_norm_args (node, &plan, lowering, statistics);
  PzDispatch partial = {
    .kernel =
      pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_PARTIAL_F16, PZ_KERNEL_GROUP_NORM_PARTIAL_F32),
    .n_spec = PZ_SPEC_PACKED_N,
    .reads = { range_of (node->src[PZ_NORM_X], args.x) },
    .n_reads = 1,
    .writes = { statistics->partials },
    .n_writes = 1,
    .cost = part_cost (node),
  };
  PzDispatch join = {
    .kernel =
      pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_FACTORS_F16, PZ_KERNEL_GROUP_NORM_FACTORS_F32),
    .reads = { statistics->partials, range_of (node->src[PZ_NORM_WEIGHT], args.weight) },
    .n_reads = 2,
    .writes = { statistics->factors, statistics->scales },
    .n_writes = args.scales != 0 ? 2 : 1,
    .cost = { 0, (gdouble) plan.partials_bytes },
  };

  lower_over_runs (node, &partial, &args, plan.chunk_pixels, lowering);
  pz_group_norm_dispatch_join (&join, &plan, lowering->limits,
                               (gsize) args.batch * args.groups);
  pz_dispatch_args (&join, &args);
  pz_lowering_add (lowering, node, &join);
}

static void
group_norm_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;
  const PzGroupPlan plan = pz_group_plan (node);
  const PzGroupStatistics statistics = {
    .partials = { lowering->scratch_address, plan.partials_bytes },
    .factors = { lowering->scratch_address + factors_offset (&plan), plan.factors_bytes },
  };
  PzGroupNormArgs args = group_norm_args (node, &plan, lowering, &statistics);
  const PzCost cost = part_cost (node);
  PzDispatch apply = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_GROUP_NORM_APPLY_F16,
                             PZ_KERNEL_GROUP_NORM_APPLY_F32),
    .spec = { [PZ_SPEC_GROUP_NORM_ACT] = params->act },
    .n_spec = PZ_SPEC_GROUP_NORM_N,
    .reads = { range_of (node->src[PZ_NORM_X], args.x),
               range_of (node->src[PZ_NORM_BIAS], args.bias), statistics.factors },
    .n_reads = 3,
    .writes = { range_of (node, args.y) },
    .n_writes = 1,
    .cost = { 2 * cost.flops, 2 * cost.bytes },
  };

  pz_group_norm_lower_statistics (node, lowering, &statistics);
  lower_over_runs (node, &apply, &args, PZ_GROUP_NORM_RUN, lowering);
}

static void
group_norm_backward (PzGraph *graph,
                     const PzNode *node,
                     PzTensor *d_out,
                     const gboolean wanted[PZ_MAX_SRC],
                     PzTensor *d_src[PZ_MAX_SRC])
{
  const PzNormParams *params = (const PzNormParams *) node->params.bytes;

  if (wanted[PZ_NORM_WEIGHT] || wanted[PZ_NORM_BIAS])
    pz_refuse_gradient (graph, node, "weight or bias");
  else if (wanted[PZ_NORM_X])
    d_src[PZ_NORM_X] = pz_group_norm_gradient (graph, &node->src[PZ_NORM_X]->tensor,
                                               &node->src[PZ_NORM_WEIGHT]->tensor,
                                               &node->src[PZ_NORM_BIAS]->tensor, d_out,
                                               params->groups, params->eps, params->act);
}

const PzOpClass pz_op_group_norm = {
  .name = "group_norm",
  .n_src = PZ_NORM_N_SRC,
  .in_place = 1u << PZ_NORM_X,
  .shape = pz_group_norm_shape,
  .scratch_bytes = group_norm_scratch_bytes,
  .lower = group_norm_lower,
  .backward = group_norm_backward,
};

PzTensor *
pz_group_norm (PzGraph *graph,
               PzTensor *x,
               PzTensor *weight,
               PzTensor *bias,
               guint groups,
               float eps,
               PzActivation act)
{
  const PzNormParams params = { .groups = groups, .eps = eps, .act = act };

  return (PzTensor *)
    pz_graph_append (graph, &pz_op_group_norm,
                     (PzTensor *const[]) {
                       [PZ_NORM_X] = x, [PZ_NORM_WEIGHT] = weight, [PZ_NORM_BIAS] = bias },
                     &params, sizeof params);
}
