/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/geglu.h"

static gboolean
geglu_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[0]->tensor;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (x->dims[x->n_dims - 1] % 2 != 0)
    return pz_refuse (error, "expected an even last dimension, found %u",
                      x->dims[x->n_dims - 1]);
  pz_node_like (node, node->src[0]);
  node->tensor.dims[x->n_dims - 1] /= 2;
  return TRUE;
}

static void
geglu_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 20, cost);
}

static void
geglu_lower (const PzNode *node, PzLowering *lowering)
{
  const guint32 width = node->tensor.dims[node->tensor.n_dims - 1];
  const guint32 quads = (guint32) pz_div_up (width, 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzGegluArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .rows = (guint32) (pz_node_n_elements (node) / width),
    .width = width,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_GEGLU_F16, PZ_KERNEL_GEGLU_F32),
    .spec = { [PZ_SPEC_PACKED] = width % 4 == 0 },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * quads);
  pz_dispatch_args (&dispatch, &args);
  geglu_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
geglu_backward (PzGraph *graph,
                const PzNode *node,
                PzTensor *d_out,
                const gboolean wanted[PZ_MAX_SRC],
                PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[0])
    d_src[0] = pz_geglu_gradient (graph, &node->src[0]->tensor, d_out);
}

const PzOpClass pz_op_geglu = {
  .name = "geglu",
  .n_src = 1,
  .shape = geglu_shape,
  .lower = geglu_lower,
  .backward = geglu_backward,
};

PzTensor *
pz_geglu (PzGraph *graph, PzTensor *x)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_geglu, (PzTensor *const[]) { x }, NULL, 0);
}
