/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mean over one axis, maximum per batch entry.
 */
#include "compute/base/shape.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/max.h"
#include "shaders/args/mean.h"

static void
reduce_cost (const PzNode *node, PzCost *cost)
{
  cost->flops = (gdouble) pz_node_n_elements (node->src[0]);
  cost->bytes = (gdouble) pz_node_bytes (node->src[0]) + (gdouble) pz_node_bytes (node);
}

/* ---- mean ---- */

static gboolean
mean_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[0]->tensor;
  const guint axis = *(const guint *) node->params.bytes;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (x->n_dims < 2 || axis >= x->n_dims)
    return pz_refuse (error, "expected an axis of at least two, found axis %u of %u", axis,
                      x->n_dims);
  pz_node_like (node, node->src[0]);
  for (guint i = axis; i + 1 < x->n_dims; i++)
    node->tensor.dims[i] = x->dims[i + 1];
  node->tensor.n_dims--;
  return TRUE;
}

static void
mean_lower (const PzNode *node, PzLowering *lowering)
{
  const PzTensor *x = &node->src[0]->tensor;
  const guint axis = *(const guint *) node->params.bytes;
  const guint32 inner = (guint32) pz_shape_product (x->dims, axis + 1, x->n_dims);
  const PzDivisor by_inner = pz_divisor (inner);
  const PzMeanArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
    .n_summed = x->dims[axis],
    .inner = inner,
    .inner_multiplier = by_inner.multiplier,
    .inner_shift = by_inner.shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_MEAN_F16, PZ_KERNEL_MEAN_F32),
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  reduce_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_mean = {
  .name = "mean",
  .n_src = 1,
  .shape = mean_shape,
  .lower = mean_lower,
  .cost = reduce_cost,
};

PzTensor *
pz_mean (PzGraph *graph, PzTensor *x, guint axis)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_mean, (PzTensor *const[]) { x }, &axis,
                                       sizeof axis);
}

/* ---- max ---- */

static gboolean
max_shape (PzNode *node, GError **error)
{
  if (node->src[0]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected F32");
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 1;
  node->tensor.dims[0] = node->src[0]->tensor.dims[0];
  return TRUE;
}

static void
max_lower (const PzNode *node, PzLowering *lowering)
{
  const guint32 batch = node->tensor.dims[0];
  const PzMaxArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .batch = batch,
    .n = (guint32) (pz_node_n_elements (node->src[0]) / batch),
  };
  PzDispatch dispatch = { .kernel = PZ_KERNEL_MAX };

  pz_dispatch_groups (&dispatch, batch, PZ_LANES);
  pz_dispatch_args (&dispatch, &args);
  reduce_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_max = {
  .name = "max",
  .n_src = 1,
  .shape = max_shape,
  .lower = max_lower,
  .cost = reduce_cost,
};

PzTensor *
pz_max (PzGraph *graph, PzTensor *x)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_max, (PzTensor *const[]) { x }, NULL, 0);
}
