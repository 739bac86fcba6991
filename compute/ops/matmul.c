/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Batched product of activations: both factors differ between batch entries.
 */
#include "compute/base/shape.h"
#include "compute/ops/ops.h"
#include "compute/ops/product.h"

static gboolean
matmul_shape (PzNode *node, GError **error)
{
  const PzTensor *a = &node->src[0]->tensor;
  const PzTensor *b = &node->src[1]->tensor;
  const guint n_dims = a->n_dims;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (n_dims < 2 || b->dtype != a->dtype || b->n_dims != n_dims
      || !pz_shape_equal (n_dims - 2, a->dims, n_dims - 2, b->dims)
      || a->dims[n_dims - 1] != b->dims[n_dims - 1])
    return pz_refuse (error, "expected [..., M, K] and [..., N, K] of one dtype");
  pz_node_like (node, node->src[0]);
  node->tensor.dims[n_dims - 1] = b->dims[n_dims - 2];
  return TRUE;
}

static void
matmul_lower (const PzNode *node, PzLowering *lowering)
{
  const PzTensor *a = &node->src[0]->tensor;
  const guint n_dims = a->n_dims;
  const guint m = a->dims[n_dims - 2];
  const guint k = a->dims[n_dims - 1];
  const guint n = node->tensor.dims[n_dims - 1];

  pz_product_lower (node, lowering,
                    &(PzProduct) {
                      .x = node->src[0],
                      .w = node->src[1],
                      .m = m,
                      .m_per_entry = m,
                      .n = n,
                      .k = k,
                      .x_row = k,
                      .w_row = k,
                      .n_batches = (guint) pz_shape_product (a->dims, 0, n_dims - 2),
                      .x_batch = m * k,
                      .w_batch = n * k,
                      .whole = TRUE,
                    });
}

static void
matmul_backward (PzGraph *graph,
                 const PzNode *node,
                 PzTensor *d_out,
                 const gboolean wanted[PZ_MAX_SRC],
                 PzTensor *d_src[PZ_MAX_SRC])
{
  PzTensor *a = &node->src[0]->tensor;
  PzTensor *b = &node->src[1]->tensor;

  if (wanted[0])
    d_src[0] = pz_matmul (graph, d_out, pz_transpose (graph, b, b->dtype));
  if (wanted[1])
    d_src[1] = pz_matmul (graph, pz_transpose (graph, d_out, d_out->dtype),
                          pz_transpose (graph, a, a->dtype));
}

const PzOpClass pz_op_matmul = {
  .name = "matmul",
  .n_src = 2,
  .shape = matmul_shape,
  .lower = matmul_lower,
  .backward = matmul_backward,
};

PzTensor *
pz_matmul (PzGraph *graph, PzTensor *a, PzTensor *b)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_matmul, (PzTensor *const[]) { a, b }, NULL,
                                       0);
}
