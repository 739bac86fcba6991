/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/dtype.h"
#include "compute/base/shape.h"
#include "compute/graph/nodes.h"
#include "compute/ops/adjoints.h"
#include "compute/ops/move.h"
#include "compute/ops/ops.h"

typedef struct
{
  guint axis;
  guint start;
  guint length;
} SliceParams;

/* Makes a contiguous slice a view instead of a copy. Only for planned scratch, because the bytes of a leaf may also be bound to
 * a result. */
static void
make_view (PzNode *node, const SliceParams *params)
{
  const PzTensor *x = &node->src[0]->tensor;
  const gsize offset = params->start * pz_shape_product (x->dims, params->axis + 1, x->n_dims)
                       * pz_dtypes[x->dtype].bytes;

  if (pz_shape_product (x->dims, 0, params->axis) != 1 || offset % PZ_VIEW_ALIGNMENT != 0
      || !pz_node_in_scratch (pz_node_base (node->src[0])))
    return;
  node->view_of = node->src[0];
  node->view_offset = offset;
}

static gboolean
slice_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[0]->tensor;
  const SliceParams *params = (const SliceParams *) node->params.bytes;

  if (params->axis >= x->n_dims)
    return pz_refuse (error, "expected an axis below %u, found %u", x->n_dims, params->axis);
  if (params->length == 0 || params->start >= x->dims[params->axis]
      || params->length > x->dims[params->axis] - params->start)
    return pz_refuse (error, "expected a part of %u along axis %u, found %u from %u on",
                      x->dims[params->axis], params->axis, params->length, params->start);
  pz_node_like (node, node->src[0]);
  node->tensor.dims[params->axis] = params->length;
  make_view (node, params);
  return TRUE;
}

static void
slice_lower (const PzNode *node, PzLowering *lowering)
{
  const PzTensor *x = &node->src[0]->tensor;
  const SliceParams *params = (const SliceParams *) node->params.bytes;
  const gsize inner = pz_shape_product (x->dims, params->axis + 1, x->n_dims);

  pz_move_lower (node, lowering,
                 &(PzMoveRows) {
                   .a_stride = x->dims[params->axis] * inner,
                   .a_start = params->start * inner,
                   .a_length = params->length * inner,
                 });
}

static void
slice_backward (PzGraph *graph,
                const PzNode *node,
                PzTensor *d_out,
                const gboolean wanted[PZ_MAX_SRC],
                PzTensor *d_src[PZ_MAX_SRC])
{
  const SliceParams *params = (const SliceParams *) node->params.bytes;

  if (wanted[0])
    d_src[0] = pz_spread (graph, d_out, params->axis, params->start, 1,
                          node->src[0]->tensor.dims[params->axis]);
}

const PzOpClass pz_op_slice = {
  .name = "slice",
  .n_src = 1,
  .shape = slice_shape,
  .lower = slice_lower,
  .passes_f32 = TRUE,
  .backward = slice_backward,
};

PzTensor *
pz_slice (PzGraph *graph, PzTensor *x, guint axis, guint start, guint length)
{
  const SliceParams params = { .axis = axis, .start = start, .length = length };

  return (PzTensor *) pz_graph_append (graph, &pz_op_slice, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
