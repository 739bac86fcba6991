/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/heads.h"
#include "compute/ops/ops.h"
#include "shaders/args/head_dot.h"

static gboolean
head_dot_shape (PzNode *node, GError **error)
{
  const guint heads = *(const guint *) node->params.bytes;
  const PzTensor *a = &node->src[0]->tensor;

  if (!pz_heads_check (node->src[0], node->src[1], heads, G_MAXUINT, error)
      || !pz_require_dims (node->src[1], "b", 3, a->dims, error))
    return FALSE;
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 3;
  node->tensor.dims[0] = a->dims[0];
  node->tensor.dims[1] = heads;
  node->tensor.dims[2] = a->dims[1];
  return TRUE;
}

static void
head_dot_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 2.0 * node->src[0]->tensor.dims[2] / node->tensor.dims[1], cost);
}

static void
head_dot_lower (const PzNode *node, PzLowering *lowering)
{
  const guint *a = node->src[0]->tensor.dims;
  const guint heads = node->tensor.dims[1];
  const PzDivisor by_queries = pz_divisor (a[1]);
  const PzDivisor by_heads = pz_divisor (heads);
  const PzHeadDotArgs args = {
    .a = pz_lowering_address (lowering, node->src[0]),
    .b = pz_lowering_address (lowering, node->src[1]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
    .queries = a[1],
    .queries_multiplier = by_queries.multiplier,
    .queries_shift = by_queries.shift,
    .heads = heads,
    .heads_multiplier = by_heads.multiplier,
    .heads_shift = by_heads.shift,
    .head_dim = a[2] / heads,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->src[0]->tensor.dtype, PZ_KERNEL_HEAD_DOT_F16,
                             PZ_KERNEL_HEAD_DOT_F32),
    .spec = { [PZ_SPEC_PACKED] = args.head_dim % 4 == 0 },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  head_dot_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_head_dot = {
  .name = "head_dot",
  .n_src = 2,
  .shape = head_dot_shape,
  .lower = head_dot_lower,
};

PzTensor *
pz_head_dot (PzGraph *graph, PzTensor *a, PzTensor *b, guint heads)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_head_dot, (PzTensor *const[]) { a, b },
                                       &heads, sizeof heads);
}
