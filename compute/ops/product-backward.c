/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/product-backward.h"

#include "compute/base/shape.h"
#include "compute/ops/adjoints.h"

static PzTensor *
source (const PzNode *node, guint src)
{
  return (PzTensor *) node->src[src];
}

PzTensor *
pz_product_backward_epilogue (PzGraph *graph,
                              const PzNode *node,
                              const PzProductActs *acts,
                              PzProductAgain again,
                              PzTensor *d_out,
                              const gboolean wanted[PZ_MAX_SRC],
                              PzTensor *d_src[PZ_MAX_SRC])
{
  const gboolean further = wanted[PZ_PRODUCT_X] || wanted[PZ_PRODUCT_W]
                           || wanted[PZ_PRODUCT_BIAS] || wanted[PZ_PRODUCT_BATCH_BIAS];
  PzEpilogue epilogue = { .bias = source (node, PZ_PRODUCT_BIAS),
                          .batch_bias = source (node, PZ_PRODUCT_BATCH_BIAS),
                          .residual = source (node, PZ_PRODUCT_RESIDUAL),
                          .act = acts->act };
  PzTensor *d = d_out;

  if (acts->act_out != PZ_ACT_NONE)
    d = pz_unary_gradient (graph, again (graph, node, &epilogue), d, acts->act_out);
  if (wanted[PZ_PRODUCT_RESIDUAL])
    d_src[PZ_PRODUCT_RESIDUAL] = d;
  epilogue.residual = NULL;
  epilogue.act = PZ_ACT_NONE;
  if (acts->act != PZ_ACT_NONE && further)
    d = pz_unary_gradient (graph, again (graph, node, &epilogue), d, acts->act);
  if (d == NULL)
    return NULL;

  const guint last = d->n_dims - 1;
  if (wanted[PZ_PRODUCT_BIAS])
    d_src[PZ_PRODUCT_BIAS] = last > 0 ? pz_sum (graph, d, 0, last, PZ_F32) : d;
  if (wanted[PZ_PRODUCT_BATCH_BIAS])
    d_src[PZ_PRODUCT_BATCH_BIAS] = last > 1 ? pz_sum (graph, d, 1, last - 1, PZ_F32) : d;
  return d;
}

/* Reshapes [..., C] to [product of the other dimensions, C]. */
static PzTensor *
as_matrix (PzGraph *graph, PzTensor *x)
{
  const guint width = x->dims[x->n_dims - 1];

  return pz_reshape (graph, x, 2,
                     (const guint[]) { (guint) pz_shape_product (x->dims, 0, x->n_dims - 1),
                                       width });
}

void
pz_product_backward_rows (PzGraph *graph,
                          const PzNode *node,
                          PzTensor *d_y,
                          const gboolean wanted[PZ_MAX_SRC],
                          PzTensor *d_src[PZ_MAX_SRC])
{
  PzTensor *x = source (node, PZ_PRODUCT_X);
  PzTensor *w = source (node, PZ_PRODUCT_W);

  if (d_y == NULL)
    return;
  if (wanted[PZ_PRODUCT_X])
    d_src[PZ_PRODUCT_X] =
      pz_linear (graph, d_y, pz_exchange (graph, pz_cast (graph, w, x->dtype), FALSE, x->dtype),
                 NULL);
  /* F32, because this sums over all rows for a parameter. */
  if (wanted[PZ_PRODUCT_W])
    d_src[PZ_PRODUCT_W] =
      pz_reshape (graph,
                  pz_linear (graph, pz_transpose (graph, as_matrix (graph, d_y), PZ_F32),
                             pz_transpose (graph, as_matrix (graph, x), PZ_F32), NULL),
                  w->n_dims, w->dims);
}
