/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/dtype.h"
#include "compute/base/shape.h"
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/spread.h"

typedef struct
{
  guint axis;
  guint start;
  guint step;
  guint length;
} Params;

static gboolean
spread_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;

  if (params->axis >= x->n_dims)
    return pz_refuse (error, "expected an axis below %u, found %u", x->n_dims, params->axis);
  if (params->step == 0 || params->length <= params->start
      || (params->length - params->start - 1) / params->step < x->dims[params->axis] - 1)
    return pz_refuse (error, "expected room for %u, found %u from %u on by %u",
                      x->dims[params->axis], params->length, params->start, params->step);
  pz_node_like (node, node->src[0]);
  node->tensor.dims[params->axis] = params->length;
  return TRUE;
}

static void
spread_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 0, cost);
}

static void
spread_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;
  const gsize inner = pz_shape_product (x->dims, params->axis + 1, x->n_dims);
  const guint by = inner % 4 == 0 ? 4 : 1;
  const guint kernels[2][2] = {
    { PZ_KERNEL_SPREAD_2, PZ_KERNEL_SPREAD_8 },
    { PZ_KERNEL_SPREAD_4, PZ_KERNEL_SPREAD_16 },
  };
  const PzDivisor by_inner = pz_divisor ((guint32) (inner / by));
  const PzDivisor by_length = pz_divisor (params->length);
  const PzDivisor by_step = pz_divisor (params->step);
  const PzSpreadArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) (pz_node_n_elements (node) / by),
    .inner = (guint32) (inner / by),
    .x_length = x->dims[params->axis],
    .y_length = params->length,
    .start = params->start,
    .step = params->step,
    .inner_multiplier = by_inner.multiplier,
    .inner_shift = by_inner.shift,
    .length_multiplier = by_length.multiplier,
    .length_shift = by_length.shift,
    .step_multiplier = by_step.multiplier,
    .step_shift = by_step.shift,
  };
  PzDispatch dispatch = { .kernel = kernels[pz_dtypes[x->dtype].bytes == 4][by == 4] };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  spread_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_spread = {
  .name = "spread",
  .n_src = 1,
  .shape = spread_shape,
  .lower = spread_lower,
};

PzTensor *
pz_spread (PzGraph *graph, PzTensor *x, guint axis, guint start, guint step, guint length)
{
  const Params params = { axis, start, step, length };

  return (PzTensor *) pz_graph_append (graph, &pz_op_spread, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
