/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/ops.h"
#include "compute/ops/sum-axes.h"

typedef struct
{
  guint axis;
  guint n_axes;
  PzDtype dtype;
} Params;

static PzSumAxes
axes_of (const PzNode *node)
{
  const Params *params = (const Params *) node->params.bytes;

  return (PzSumAxes) { params->axis, params->n_axes, 1.0f };
}

static gboolean
sum_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzSumAxes axes = axes_of (node);

  if (!pz_sum_axes_shape (node, &axes, error))
    return FALSE;
  if (params->dtype != PZ_F32 && params->dtype != node->tensor.dtype)
    return pz_refuse (error, "expected a result in F32 or x's dtype");
  node->tensor.dtype = params->dtype;
  return TRUE;
}

static gsize
sum_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const PzSumAxes axes = axes_of (node);

  (void) limits;
  return pz_sum_axes_scratch_bytes (node, &axes);
}

static void
sum_lower (const PzNode *node, PzLowering *lowering)
{
  const PzSumAxes axes = axes_of (node);

  pz_sum_axes_lower (node, lowering, &axes);
}

static void
sum_backward (PzGraph *graph,
              const PzNode *node,
              PzTensor *d_out,
              const gboolean wanted[PZ_MAX_SRC],
              PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[0])
    d_src[0] = pz_sum_axes_spread (graph, d_out, &node->src[0]->tensor,
                                   ((const Params *) node->params.bytes)->axis,
                                   ((const Params *) node->params.bytes)->n_axes);
}

const PzOpClass pz_op_sum = {
  .name = "sum",
  .n_src = 1,
  .shape = sum_shape,
  .scratch_bytes = sum_scratch_bytes,
  .lower = sum_lower,
  .passes_f32 = TRUE,
  .backward = sum_backward,
};

PzTensor *
pz_sum (PzGraph *graph, PzTensor *x, guint axis, guint n_axes, PzDtype dtype)
{
  const Params params = { axis, n_axes, dtype };

  return (PzTensor *) pz_graph_append (graph, &pz_op_sum, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
