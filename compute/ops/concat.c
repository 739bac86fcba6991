/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/move.h"
#include "compute/ops/ops.h"

static gboolean
concat_shape (PzNode *node, GError **error)
{
  const PzTensor *a = &node->src[0]->tensor;
  const PzTensor *b = &node->src[1]->tensor;
  const guint axis = *(const guint *) node->params.bytes;

  if (a->dtype != b->dtype || a->n_dims != b->n_dims)
    return pz_refuse (error, "expected two tensors of one dtype and number of dimensions");
  if (axis >= a->n_dims)
    return pz_refuse (error, "expected an axis below %u, found %u", a->n_dims, axis);
  for (guint i = 0; i < a->n_dims; i++)
    if (i != axis && a->dims[i] != b->dims[i])
      return pz_refuse (error, "expected equal dimensions but for axis %u", axis);
  pz_node_like (node, node->src[0]);
  node->tensor.dims[axis] += b->dims[axis];
  return TRUE;
}

static void
concat_lower (const PzNode *node, PzLowering *lowering)
{
  const PzTensor *a = &node->src[0]->tensor;
  const PzTensor *b = &node->src[1]->tensor;
  const guint axis = *(const guint *) node->params.bytes;
  const gsize a_length = pz_shape_product (a->dims, axis, a->n_dims);

  pz_move_lower (node, lowering,
                 &(PzMoveRows) {
                   .a_stride = a_length,
                   .a_length = a_length,
                   .b_length = pz_shape_product (b->dims, axis, b->n_dims),
                 });
}

static void
concat_backward (PzGraph *graph,
                 const PzNode *node,
                 PzTensor *d_out,
                 const gboolean wanted[PZ_MAX_SRC],
                 PzTensor *d_src[PZ_MAX_SRC])
{
  const guint axis = *(const guint *) node->params.bytes;
  const guint a = node->src[0]->tensor.dims[axis];
  const guint b = node->src[1]->tensor.dims[axis];

  if (wanted[0])
    d_src[0] = pz_slice (graph, d_out, axis, 0, a);
  if (wanted[1])
    d_src[1] = pz_slice (graph, d_out, axis, a, b);
}

const PzOpClass pz_op_concat = {
  .name = "concat",
  .n_src = 2,
  .shape = concat_shape,
  .lower = concat_lower,
  .passes_f32 = TRUE,
  .backward = concat_backward,
};

PzTensor *
pz_concat (PzGraph *graph, PzTensor *a, PzTensor *b, guint axis)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_concat, (PzTensor *const[]) { a, b },
                                       &axis, sizeof axis);
}
