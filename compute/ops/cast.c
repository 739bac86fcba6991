/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "compute/ops/to-f32.h"
#include "shaders/args/cast.h"

static gboolean
cast_shape (PzNode *node, GError **error)
{
  const PzDtype dtype = *(const PzDtype *) node->params.bytes;
  const gboolean unpacks = node->src[0]->tensor.dtype == PZ_ROWS8;

  if (!unpacks && !pz_require_float (node->src[0], error))
    return FALSE;
  if (dtype != PZ_F16 && dtype != PZ_F32)
    return pz_refuse (error, "expected F16 or F32 to cast to");
  if (unpacks && node->src[0]->tensor.dims[node->src[0]->tensor.n_dims - 1] % 4 != 0)
    return pz_refuse (error, "expected packed rows in whole words");
  pz_node_like (node, node->src[0]);
  node->tensor.dtype = dtype;
  return TRUE;
}

static void
cast_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 1, cost);
}

static void
cast_lower (const PzNode *node, PzLowering *lowering)
{
  if (node->src[0]->tensor.dtype == PZ_ROWS8)
    {
      pz_unpack_lower (node, lowering);
      return;
    }

  const PzCastArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
  };
  PzDispatch dispatch = { .kernel = PZ_KERNEL_CAST_F16 };

  if (node->tensor.dtype == PZ_F32)
    {
      pz_to_f32_lower (node, lowering, args.x, (PzRange) { args.y, pz_node_bytes (node) });
      return;
    }
  pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  cast_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
cast_backward (PzGraph *graph,
               const PzNode *node,
               PzTensor *d_out,
               const gboolean wanted[PZ_MAX_SRC],
               PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[0] && node->src[0]->tensor.dtype != PZ_ROWS8)
    d_src[0] = pz_cast (graph, d_out, node->src[0]->tensor.dtype);
}

const PzOpClass pz_op_cast = {
  .name = "cast",
  .n_src = 1,
  .shape = cast_shape,
  .lower = cast_lower,
  .passes_f32 = TRUE,
  .backward = cast_backward,
};

PzTensor *
pz_cast (PzGraph *graph, PzTensor *x, PzDtype dtype)
{
  if (x != NULL && x->dtype == dtype)
    return x;
  return (PzTensor *) pz_graph_append (graph, &pz_op_cast, (PzTensor *const[]) { x }, &dtype,
                                       sizeof dtype);
}
