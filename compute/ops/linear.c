/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A linear layer: all rows of x times one weight.
 */
#include "compute/base/shape.h"
#include "compute/ops/ops.h"
#include "compute/ops/product-backward.h"
#include "compute/ops/rows.h"

/* [n, k], or a convolution's [n, 1, 1, k]. */
static gboolean
weight_is_matrix (const PzTensor *weight, guint k)
{
  const gboolean is_matrix =
    weight->n_dims == 2
    || (weight->n_dims == 4 && weight->dims[1] == 1 && weight->dims[2] == 1);

  return is_matrix && weight->dims[weight->n_dims - 1] == k;
}

static gboolean
linear_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[PZ_PRODUCT_X]->tensor;
  const PzTensor *weight = &node->src[PZ_PRODUCT_W]->tensor;
  const guint k = x->dims[x->n_dims - 1];

  if (!pz_require_float (node->src[PZ_PRODUCT_X], error))
    return FALSE;
  if (!pz_product_takes_weight (x, weight) || !weight_is_matrix (weight, k))
    return pz_refuse (error, "expected a weight [N, %u] or [N, 1, 1, %u] of x's dtype", k, k);
  pz_node_like (node, node->src[PZ_PRODUCT_X]);
  node->tensor.dims[x->n_dims - 1] = weight->dims[0];
  return pz_product_check_epilogue (node, (const PzProductActs *) node->params.bytes, error);
}

static guint
linear_k (const PzNode *node)
{
  const PzTensor *x = &node->src[PZ_PRODUCT_X]->tensor;

  return x->dims[x->n_dims - 1];
}

static PzRows
linear_rows (const PzNode *node)
{
  const PzTensor *y = &node->tensor;
  const gsize m = pz_shape_product (y->dims, 0, y->n_dims - 1);

  return (PzRows) {
    .m = m,
    .m_per_entry = y->n_dims > 1 ? m / y->dims[0] : 1,
    .n = y->dims[y->n_dims - 1],
    .k = linear_k (node),
    .dtype = y->dtype,
    .is_packed = pz_product_is_packed (node),
    .acts = pz_product_acts (node, (const PzProductActs *) node->params.bytes),
  };
}

static gsize
linear_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const PzRows rows = linear_rows (node);

  return pz_rows_scratch_bytes (node, limits, &rows);
}

static void
linear_lower (const PzNode *node, PzLowering *lowering)
{
  const PzRows rows = linear_rows (node);

  pz_rows_lower (node, lowering, &rows);
}

static PzTensor *
linear_again (PzGraph *graph, const PzNode *node, const PzEpilogue *epilogue)
{
  return pz_linear (graph, (PzTensor *) node->src[PZ_PRODUCT_X],
                    (PzTensor *) node->src[PZ_PRODUCT_W], epilogue);
}

static void
linear_backward (PzGraph *graph,
                 const PzNode *node,
                 PzTensor *d_out,
                 const gboolean wanted[PZ_MAX_SRC],
                 PzTensor *d_src[PZ_MAX_SRC])
{
  PzTensor *d_y =
    pz_product_backward_epilogue (graph, node, (const PzProductActs *) node->params.bytes,
                                  linear_again, d_out, wanted, d_src);

  pz_product_backward_rows (graph, node, d_y, wanted, d_src);
}

const PzOpClass pz_op_linear = {
  .name = "linear",
  .n_src = PZ_PRODUCT_N_SRC,
  .optional = PZ_PRODUCT_OPTIONAL,
  .in_place = PZ_PRODUCT_IN_PLACE,
  .take_addend = pz_product_take_addend,
  .shape = linear_shape,
  .scratch_bytes = linear_scratch_bytes,
  .lower = linear_lower,
  .backward = linear_backward,
};

PzTensor *
pz_linear (PzGraph *graph, PzTensor *x, PzTensor *weight, const PzEpilogue *epilogue)
{
  PzTensor *src[PZ_PRODUCT_N_SRC] = { [PZ_PRODUCT_X] = x, [PZ_PRODUCT_W] = weight };
  PzProductActs acts = { PZ_ACT_NONE, PZ_ACT_NONE };

  pz_product_take_epilogue (epilogue, src, &acts);
  return (PzTensor *) pz_graph_append (graph, &pz_op_linear, src, &acts, sizeof acts);
}
