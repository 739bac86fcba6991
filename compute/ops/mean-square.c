/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/learning.h"
#include "compute/ops/mean-square.h"
#include "compute/ops/ops.h"

static gboolean
mean_square_shape (PzNode *node, GError **error)
{
  if (!pz_mean_square_check (node, error))
    return FALSE;
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 1;
  node->tensor.dims[0] = node->src[PZ_MEAN_SQUARE_X]->tensor.dims[0];
  return TRUE;
}

static void
mean_square_lower (const PzNode *node, PzLowering *lowering)
{
  pz_mean_square_lower (node, lowering,
                        pz_kernel_for (node->src[PZ_MEAN_SQUARE_X]->tensor.dtype,
                                       PZ_KERNEL_MEAN_SQUARE_F16, PZ_KERNEL_MEAN_SQUARE_F32));
}

static void
mean_square_backward (PzGraph *graph,
                      const PzNode *node,
                      PzTensor *d_out,
                      const gboolean wanted[PZ_MAX_SRC],
                      PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[PZ_MEAN_SQUARE_X])
    d_src[PZ_MEAN_SQUARE_X] =
      pz_mean_square_gradient (graph, &node->src[PZ_MEAN_SQUARE_X]->tensor,
                               &node->src[PZ_MEAN_SQUARE_TARGET]->tensor,
                               (PzTensor *) node->src[PZ_MEAN_SQUARE_WEIGHT], d_out);
}

const PzOpClass pz_op_mean_square = {
  .name = "mean_square",
  .n_src = PZ_MEAN_SQUARE_N_SRC,
  .optional = 1u << PZ_MEAN_SQUARE_WEIGHT,
  .constant = 1u << PZ_MEAN_SQUARE_TARGET | 1u << PZ_MEAN_SQUARE_WEIGHT,
  .shape = mean_square_shape,
  .lower = mean_square_lower,
  .backward = mean_square_backward,
};

PzTensor *
pz_mean_square (PzGraph *graph, PzTensor *x, PzTensor *target, PzTensor *weight)
{
  PzTensor *const src[] = {
    [PZ_MEAN_SQUARE_X] = x, [PZ_MEAN_SQUARE_TARGET] = target, [PZ_MEAN_SQUARE_WEIGHT] = weight
  };

  return (PzTensor *) pz_graph_append (graph, &pz_op_mean_square, src, NULL, 0);
}
