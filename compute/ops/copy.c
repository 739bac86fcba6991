/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops that move elements and compute nothing: concat, slice, reshape, results that need a copy.
 */
#include "compute/base/dtype.h"
#include "compute/base/shape.h"
#include "compute/graph/nodes.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/copy.h"

#include <string.h>

typedef struct
{
  guint axis;
  guint start;
  guint length;
} SliceParams;

/* What one dispatch of the copy kernel does, in elements: shaders/args/copy.h. */
typedef struct
{
  gsize a_stride;
  gsize a_start;
  gsize a_length;
  gsize b_length;
} Rows;

static void
copy_cost (const PzNode *node, PzCost *cost)
{
  cost->flops = 0;
  cost->bytes = 2 * (gdouble) pz_node_bytes (node);
}

static void
lower_rows (const PzNode *node, const Rows *rows, PzLowering *lowering)
{
  const guint bytes = pz_dtypes[node->tensor.dtype].bytes;
  const gsize all = rows->a_stride | rows->a_start | rows->a_length | rows->b_length;
  const guint by = all % 4 == 0 ? 4 : 1;
  const guint kernels[2][2] = {
    { PZ_KERNEL_COPY_2, PZ_KERNEL_COPY_8 },
    { PZ_KERNEL_COPY_4, PZ_KERNEL_COPY_16 },
  };
  const PzDivisor row = pz_divisor ((guint32) ((rows->a_length + rows->b_length) / by));
  const PzCopyArgs args = {
    .a = pz_lowering_address (lowering, node->src[0]),
    .b = pz_lowering_address (lowering, node->src[1]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) (pz_node_n_elements (node) / by),
    .a_stride = (guint32) (rows->a_stride / by),
    .a_start = (guint32) (rows->a_start / by),
    .a_length = (guint32) (rows->a_length / by),
    .b_length = (guint32) (rows->b_length / by),
    .row_multiplier = row.multiplier,
    .row_shift = row.shift,
  };
  PzDispatch dispatch = { .kernel = kernels[bytes == 4][by == 4] };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  copy_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

/* ---- concat ---- */

static gboolean
concat_shape (PzNode *node, GError **error)
{
  const PzTensor *a = &node->src[0]->tensor;
  const PzTensor *b = &node->src[1]->tensor;
  const guint axis = ((const SliceParams *) node->params.bytes)->axis;

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
  const guint axis = ((const SliceParams *) node->params.bytes)->axis;
  const gsize a_length = pz_shape_product (a->dims, axis, a->n_dims);

  lower_rows (node,
              &(Rows) {
                .a_stride = a_length,
                .a_length = a_length,
                .b_length = pz_shape_product (b->dims, axis, b->n_dims),
              },
              lowering);
}

const PzOpClass pz_op_concat = {
  .name = "concat",
  .n_src = 2,
  .shape = concat_shape,
  .lower = concat_lower,
  .cost = copy_cost,
};

PzTensor *
pz_concat (PzGraph *graph, PzTensor *a, PzTensor *b, guint axis)
{
  const SliceParams params = { .axis = axis };

  return (PzTensor *) pz_graph_append (graph, &pz_op_concat, (PzTensor *const[]) { a, b },
                                       &params, sizeof params);
}

/* ---- slice ---- */

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
  return TRUE;
}

static void
slice_lower (const PzNode *node, PzLowering *lowering)
{
  const PzTensor *x = &node->src[0]->tensor;
  const SliceParams *params = (const SliceParams *) node->params.bytes;
  const gsize inner = pz_shape_product (x->dims, params->axis + 1, x->n_dims);

  lower_rows (node,
              &(Rows) {
                .a_stride = x->dims[params->axis] * inner,
                .a_start = params->start * inner,
                .a_length = params->length * inner,
              },
              lowering);
}

const PzOpClass pz_op_slice = {
  .name = "slice",
  .n_src = 1,
  .shape = slice_shape,
  .lower = slice_lower,
  .cost = copy_cost,
};

PzTensor *
pz_slice (PzGraph *graph, PzTensor *x, guint axis, guint start, guint length)
{
  const SliceParams params = { .axis = axis, .start = start, .length = length };

  return (PzTensor *) pz_graph_append (graph, &pz_op_slice, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}

/* ---- reshape ---- */

typedef struct
{
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
} ReshapeParams;

static gboolean
reshape_shape (PzNode *node, GError **error)
{
  const ReshapeParams *params = (const ReshapeParams *) node->params.bytes;

  if (!pz_shape_is_valid (params->n_dims, params->dims)
      || pz_shape_product (params->dims, 0, params->n_dims)
           != pz_node_n_elements (node->src[0]))
    {
      g_autofree char *found =
        pz_shape_to_text (MIN (params->n_dims, PZ_MAX_DIMS), params->dims);
      return pz_refuse (error, "expected a shape of as many elements, found %s", found);
    }
  node->tensor.dtype = node->src[0]->tensor.dtype;
  node->tensor.n_dims = params->n_dims;
  memcpy (node->tensor.dims, params->dims, sizeof params->dims);
  node->view_of = node->src[0];
  return TRUE;
}

static void
reshape_cost (const PzNode *node, PzCost *cost)
{
  (void) node;
  *cost = (PzCost) { 0 };
}

const PzOpClass pz_op_reshape = {
  .name = "reshape",
  .n_src = 1,
  .shape = reshape_shape,
  .cost = reshape_cost,
};

PzTensor *
pz_reshape (PzGraph *graph, PzTensor *x, guint n_dims, const guint dims[])
{
  ReshapeParams params = { .n_dims = n_dims };

  memcpy (params.dims, dims, MIN (n_dims, PZ_MAX_DIMS) * sizeof dims[0]);
  return (PzTensor *) pz_graph_append (graph, &pz_op_reshape, (PzTensor *const[]) { x },
                                       &params, sizeof params);
}

/* ---- copy: what makes a leaf, a view or a result into a (second) result ---- */

static gboolean
copy_shape (PzNode *node, GError **error)
{
  (void) error;
  pz_node_like (node, node->src[0]);
  return TRUE;
}

static void
copy_lower (const PzNode *node, PzLowering *lowering)
{
  const gsize n = pz_node_n_elements (node);

  lower_rows (node, &(Rows) { .a_stride = n, .a_length = n }, lowering);
}

const PzOpClass pz_op_copy = {
  .name = "copy",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = copy_shape,
  .lower = copy_lower,
  .cost = copy_cost,
};

PzTensor *
pz_graph_output (PzGraph *graph, PzTensor *x, const char *name)
{
  PzNode *node = (PzNode *) x;

  if (node == NULL)
    return NULL;
  if (node->op == NULL || node->view_of != NULL || node->is_output)
    node = pz_graph_append (graph, &pz_op_copy, (PzTensor *const[]) { x }, NULL, 0);
  if (node != NULL)
    pz_graph_mark_output (graph, node, name);
  return (PzTensor *) node;
}
