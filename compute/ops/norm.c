/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * group_norm and layer_norm.
 */
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/group_norm.h"
#include "shaders/args/layer_norm.h"

enum
{
  X,
  WEIGHT,
  BIAS,
  N_SRC,
};

typedef struct
{
  guint groups;
  float eps;
  PzActivation act;
} Params;

static gboolean
norm_shape (PzNode *node, guint channels, GError **error)
{
  if (!pz_require_float (node->src[X], error)
      || !pz_require_dims (node->src[WEIGHT], "weight", 1, &channels, error)
      || !pz_require_dims (node->src[BIAS], "bias", 1, &channels, error))
    return FALSE;
  if (node->src[WEIGHT]->tensor.dtype != node->src[X]->tensor.dtype
      || node->src[BIAS]->tensor.dtype != node->src[X]->tensor.dtype)
    return pz_refuse (error, "expected weight and bias of x's dtype");
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static guint
last_dim (const PzNode *node)
{
  return node->tensor.dims[node->tensor.n_dims - 1];
}

static void
norm_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 12, cost);
}

/* ---- group_norm ---- */

/* How the pixels of one picture are cut up. A function of the picture alone, never of the batch or
 * the device: the same sums in the same order give the same bits everywhere. */
typedef struct
{
  guint32 pixels;
  guint32 chunk_pixels;
  guint32 chunks;
  gsize partials_bytes;
  gsize factors_bytes;
} GroupPlan;

/* Runs of pixels a lane adds up: long enough to be worth their partial result, short enough for
 * small pictures to fill a device, and never more than 64 for the reason in
 * group_norm_partial.comp. */
#define SHORTEST_RUN 8
#define LONGEST_RUN 64
#define USUAL_RUNS 128

/* Pixels a lane of the last kernel writes. */
#define APPLY_RUN 8

static GroupPlan
group_plan (const PzNode *node)
{
  const gsize channels = last_dim (node);
  const gsize batch = node->tensor.dims[0];
  const gsize pixels = pz_node_n_elements (node) / (batch * channels);
  const gsize run = CLAMP (pz_div_up (pixels, USUAL_RUNS), SHORTEST_RUN, LONGEST_RUN);
  const gsize chunks = pz_div_up (pixels, run);

  return (GroupPlan) {
    .pixels = (guint32) pixels,
    .chunk_pixels = (guint32) run,
    .chunks = (guint32) chunks,
    .partials_bytes = batch * chunks * 2 * channels * sizeof (float),
    .factors_bytes = batch * 2 * channels * sizeof (float),
  };
}

static gsize
factors_offset (const GroupPlan *plan)
{
  return pz_div_up (plan->partials_bytes, 256) * 256;
}

static gboolean
group_norm_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint channels = last_dim (node->src[X]);

  if (node->src[X]->tensor.n_dims < 2)
    return pz_refuse (error, "expected at least two dimensions");
  if (params->groups == 0 || channels % params->groups != 0)
    return pz_refuse (error, "expected channels in whole groups, found %u in %u groups",
                      channels, params->groups);
  if (params->act != PZ_ACT_NONE && params->act != PZ_ACT_SILU)
    return pz_refuse (error, "expected no activation or SiLU");
  return norm_shape (node, channels, error);
}

static gsize
group_norm_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const GroupPlan plan = group_plan (node);

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
group_norm_args (const PzNode *node, const GroupPlan *plan, const PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint32 quads = (guint32) pz_div_up (last_dim (node), 4);
  const PzDivisor by_quads = pz_divisor (quads);

  return (PzGroupNormArgs) {
    .x = pz_lowering_address (lowering, node->src[X]),
    .weight = pz_lowering_address (lowering, node->src[WEIGHT]),
    .bias = pz_lowering_address (lowering, node->src[BIAS]),
    .y = pz_lowering_address (lowering, node),
    .partials = lowering->scratch_address,
    .factors = lowering->scratch_address + factors_offset (plan),
    .batch = node->tensor.dims[0],
    .pixels = plan->pixels,
    .channels = last_dim (node),
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

/* Every lane takes four channels of a run of pixels. */
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

static void
group_norm_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const GroupPlan plan = group_plan (node);
  const PzDtype dtype = node->tensor.dtype;
  PzGroupNormArgs args = group_norm_args (node, &plan, lowering);
  const PzCost cost = { 4 * (gdouble) pz_node_n_elements (node),
                        (gdouble) pz_node_bytes (node) };
  const PzRange x = range_of (node->src[X], args.x);
  const PzRange weight = range_of (node->src[WEIGHT], args.weight);
  const PzRange bias = range_of (node->src[BIAS], args.bias);
  const PzRange partials = { args.partials, plan.partials_bytes };
  const PzRange factors = { args.factors, plan.factors_bytes };
  PzDispatch partial = {
    .kernel =
      pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_PARTIAL_F16, PZ_KERNEL_GROUP_NORM_PARTIAL_F32),
    .n_spec = PZ_SPEC_PACKED_N,
    .reads = { x },
    .n_reads = 1,
    .writes = { partials },
    .n_writes = 1,
    .cost = cost,
  };
  PzDispatch join = {
    .kernel =
      pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_FACTORS_F16, PZ_KERNEL_GROUP_NORM_FACTORS_F32),
    .reads = { partials, weight },
    .n_reads = 2,
    .writes = { factors },
    .n_writes = 1,
    .cost = { 0, (gdouble) plan.partials_bytes },
  };
  PzDispatch apply = {
    .kernel =
      pz_kernel_for (dtype, PZ_KERNEL_GROUP_NORM_APPLY_F16, PZ_KERNEL_GROUP_NORM_APPLY_F32),
    .spec = { [PZ_SPEC_GROUP_NORM_ACT] = params->act },
    .n_spec = PZ_SPEC_GROUP_NORM_N,
    .reads = { x, bias, factors },
    .n_reads = 3,
    .writes = { range_of (node, args.y) },
    .n_writes = 1,
    .cost = { 2 * cost.flops, 2 * cost.bytes },
  };

  lower_over_runs (node, &partial, &args, plan.chunk_pixels, lowering);
  pz_dispatch_groups (&join, (gsize) args.batch * args.groups, PZ_LANES);
  pz_dispatch_args (&join, &args);
  pz_lowering_add (lowering, node, &join);
  lower_over_runs (node, &apply, &args, APPLY_RUN, lowering);
}

const PzOpClass pz_op_group_norm = {
  .name = "group_norm",
  .n_src = N_SRC,
  .in_place = 1u << X,
  .shape = group_norm_shape,
  .scratch_bytes = group_norm_scratch_bytes,
  .lower = group_norm_lower,
  .cost = norm_cost,
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
  const Params params = { .groups = groups, .eps = eps, .act = act };

  return (PzTensor *) pz_graph_append (graph, &pz_op_group_norm,
                                       (PzTensor *const[]) {
                                         [X] = x, [WEIGHT] = weight, [BIAS] = bias },
                                       &params, sizeof params);
}

/* ---- layer_norm ---- */

/* Lanes that share a row. CPUs posing as devices have narrow subgroups and dear barriers. */
#define NARROW_SUBGROUP 16
#define WIDE_SHARE 32

static gboolean
layer_norm_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;

  if (params->act != PZ_ACT_NONE && params->act != PZ_ACT_LEAKY_RELU)
    return pz_refuse (error, "expected no activation or leaky ReLU");
  return norm_shape (node, last_dim (node->src[X]), error);
}

static void
layer_norm_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint32 width = last_dim (node);
  const guint share = lowering->limits->subgroup_size <= NARROW_SUBGROUP ? 1 : WIDE_SHARE;
  const PzLayerNormArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .weight = pz_lowering_address (lowering, node->src[WEIGHT]),
    .bias = pz_lowering_address (lowering, node->src[BIAS]),
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
      [PZ_SPEC_LAYER_NORM_SHARE] = share,
    },
    .n_spec = PZ_SPEC_LAYER_NORM_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * share);
  pz_dispatch_args (&dispatch, &args);
  norm_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_layer_norm = {
  .name = "layer_norm",
  .n_src = N_SRC,
  .in_place = 1u << X,
  .shape = layer_norm_shape,
  .lower = layer_norm_lower,
  .cost = norm_cost,
};

PzTensor *
pz_layer_norm (PzGraph *graph,
               PzTensor *x,
               PzTensor *weight,
               PzTensor *bias,
               float eps,
               PzActivation act)
{
  const Params params = { .eps = eps, .act = act };

  return (PzTensor *) pz_graph_append (graph, &pz_op_layer_norm,
                                       (PzTensor *const[]) {
                                         [X] = x, [WEIGHT] = weight, [BIAS] = bias },
                                       &params, sizeof params);
}
