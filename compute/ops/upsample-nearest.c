/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/upsample_nearest.h"

static gboolean
upsample_shape (PzNode *node, GError **error)
{
  const guint factor = *(const guint *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (x->n_dims != 4 || factor == 0 || factor > 64)
    return pz_refuse (error, "expected [B, H, W, C] and a factor of 1 to 64, found %u", factor);
  pz_node_like (node, node->src[0]);
  if (!g_uint_checked_mul (&node->tensor.dims[1], x->dims[1], factor)
      || !g_uint_checked_mul (&node->tensor.dims[2], x->dims[2], factor))
    return pz_refuse (error, "expected a smaller picture");
  return TRUE;
}

static void
upsample_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 0, cost);
}

static void
upsample_lower (const PzNode *node, PzLowering *lowering)
{
  const PzTensor *x = &node->src[0]->tensor;
  const guint32 quads = (guint32) pz_div_up (x->dims[3], 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzDivisor by_width = pz_divisor (x->dims[2]);
  const PzUpsampleArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .rows = x->dims[0] * x->dims[1],
    .width = x->dims[2],
    .channels = x->dims[3],
    .factor = *(const guint *) node->params.bytes,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
    .width_multiplier = by_width.multiplier,
    .width_shift = by_width.shift,
  };
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (x->dtype, PZ_KERNEL_UPSAMPLE_NEAREST_F16, PZ_KERNEL_UPSAMPLE_NEAREST_F32),
    .spec = { [PZ_SPEC_PACKED] = args.channels % 4 == 0 },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * args.width * quads);
  pz_dispatch_args (&dispatch, &args);
  upsample_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

/* The gradient of a pixel is the sum over its copies. */
static void
upsample_nearest_backward (PzGraph *graph,
                           const PzNode *node,
                           PzTensor *d_out,
                           const gboolean wanted[PZ_MAX_SRC],
                           PzTensor *d_src[PZ_MAX_SRC])
{
  const guint factor = *(const guint *) node->params.bytes;
  const guint *x = node->src[0]->tensor.dims;

  if (!wanted[0])
    return;
  d_out =
    pz_reshape (graph, d_out, 5, (const guint[]) { x[0] * x[1], factor, x[2], factor, x[3] });
  if (d_out != NULL)
    d_out = pz_sum (graph, pz_sum (graph, d_out, 3, 1, d_out->dtype), 1, 1, d_out->dtype);
  d_src[0] = pz_reshape (graph, d_out, 4, x);
}

const PzOpClass pz_op_upsample_nearest = {
  .name = "upsample_nearest",
  .n_src = 1,
  .shape = upsample_shape,
  .lower = upsample_lower,
  .passes_f32 = TRUE,
  .backward = upsample_nearest_backward,
};

PzTensor *
pz_upsample_nearest (PzGraph *graph, PzTensor *x, guint factor)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_upsample_nearest,
                                       (PzTensor *const[]) { x }, &factor, sizeof factor);
}
