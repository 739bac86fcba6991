/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/ops.h"
#include "compute/ops/sum-axes.h"

static PzSumAxes
axes_of (const PzNode *node)
{
  const PzTensor *x = &node->src[0]->tensor;
  const guint axis = *(const guint *) node->params.bytes;

  return (PzSumAxes) { axis, 1, axis < x->n_dims ? (float) x->dims[axis] : 1.0f };
}

static gboolean
mean_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[0]->tensor;
  const PzSumAxes axes = axes_of (node);

  if (x->n_dims < 2 || axes.axis >= x->n_dims)
    return pz_refuse (error, "expected an axis of at least two, found axis %u of %u", axes.axis,
                      x->n_dims);
  return pz_sum_axes_shape (node, &axes, error);
}

static gsize
mean_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const PzSumAxes axes = axes_of (node);

  (void) limits;
  return pz_sum_axes_scratch_bytes (node, &axes);
}

static void
mean_lower (const PzNode *node, PzLowering *lowering)
{
  const PzSumAxes axes = axes_of (node);

  pz_sum_axes_lower (node, lowering, &axes);
}

static void
mean_backward (PzGraph *graph,
               const PzNode *node,
               PzTensor *d_out,
               const gboolean wanted[PZ_MAX_SRC],
               PzTensor *d_src[PZ_MAX_SRC])
{
  const PzSumAxes axes = axes_of (node);

  if (wanted[0])
    d_src[0] = pz_sum_axes_spread (graph, pz_affine (graph, d_out, 1.0f / axes.divisor, 0.0f),
                                   &node->src[0]->tensor, axes.axis, 1);
}

const PzOpClass pz_op_mean = {
  .name = "mean",
  .n_src = 1,
  .shape = mean_shape,
  .scratch_bytes = mean_scratch_bytes,
  .lower = mean_lower,
  .passes_f32 = TRUE,
  .backward = mean_backward,
};

PzTensor *
pz_mean (PzGraph *graph, PzTensor *x, guint axis)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_mean, (PzTensor *const[]) { x }, &axis,
                                       sizeof axis);
}
