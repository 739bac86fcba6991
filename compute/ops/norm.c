/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/norm.h"

guint
pz_norm_channels (const PzNode *node)
{
  const PzTensor *x = &node->src[PZ_NORM_X]->tensor;

  return x->dims[x->n_dims - 1];
}

gboolean
pz_norm_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[PZ_NORM_X]->tensor;
  const guint channels = pz_norm_channels (node);

  if (!pz_require_float (node->src[PZ_NORM_X], error)
      || !pz_require_dims (node->src[PZ_NORM_WEIGHT], "weight", 1, &channels, error)
      || !pz_require_dims (node->src[PZ_NORM_BIAS], "bias", 1, &channels, error))
    return FALSE;
  if (node->op->n_src > PZ_NORM_D_OUT
      && !pz_require_dims (node->src[PZ_NORM_D_OUT], "the gradient", x->n_dims, x->dims, error))
    return FALSE;
  for (guint i = PZ_NORM_WEIGHT; i < node->op->n_src; i++)
    if (node->src[i]->tensor.dtype != x->dtype)
      return pz_refuse (error, "expected weight and bias of x's dtype");
  pz_node_like (node, node->src[PZ_NORM_X]);
  return TRUE;
}

void
pz_norm_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 12, cost);
}

void
pz_norm_gradient_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 24, cost);
}
