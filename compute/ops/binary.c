/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/binary.h"

#include "compute/base/shape.h"
#include "shaders/args/binary.h"

gboolean
pz_binary_shape (PzNode *node, GError **error)
{
  const PzTensor *a = &node->src[0]->tensor;
  const PzTensor *b = &node->src[1]->tensor;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (a->dtype != b->dtype || !pz_shape_broadcasts (a->n_dims, a->dims, b->n_dims, b->dims))
    return pz_refuse (error,
                      "expected a second tensor of the first one's dtype, whose dimensions "
                      "from the last on equal the first one's or are 1");
  pz_node_like (node, node->src[0]);
  return TRUE;
}

void
pz_binary_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 1, cost);
}

/* Writes the dimensions to args, last one first. Merges adjacent ones that are both broadcast or both not; returns their
 * number. */
static guint
join_dims (const PzTensor *a, const PzTensor *b, PzBinaryArgs *args)
{
  guint n = 0;
  guint stride = 1; /* of b */

  for (guint i = 0; i < a->n_dims; i++)
    {
      const guint dim = a->dims[a->n_dims - 1 - i];
      const gboolean in_b = i < b->n_dims && b->dims[b->n_dims - 1 - i] == dim;

      if (dim == 1)
        continue;
      if (n > 0 && in_b == (args->strides[n - 1] != 0))
        args->dims[n - 1] *= dim;
      else
        {
          args->dims[n] = dim;
          args->strides[n++] = in_b ? stride : 0;
        }
      if (in_b)
        stride *= dim;
    }
  if (n == 0)
    args->dims[n++] = 1;
  for (guint i = 0; i < n; i++)
    {
      const PzDivisor divisor = pz_divisor (args->dims[i]);
      args->multipliers[i] = divisor.multiplier;
      args->shifts[i] = divisor.shift;
    }
  return n;
}

void
pz_binary_lower (const PzNode *node,
                 PzLowering *lowering,
                 const PzNode *a,
                 const PzNode *b,
                 guint what)
{
  PzBinaryArgs args = {
    .a = pz_lowering_address (lowering, a),
    .b = pz_lowering_address (lowering, b),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
  };
  const guint n_dims = join_dims (&node->tensor, &b->tensor, &args);
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_BINARY_F16, PZ_KERNEL_BINARY_F32),
    .spec = {
      [PZ_SPEC_BINARY_WHAT] = what,
      [PZ_SPEC_BINARY_N_DIMS] = n_dims,
      [PZ_SPEC_BINARY_PACKED] = n_dims == 1 || args.dims[0] % 4 == 0,
    },
    .n_spec = PZ_SPEC_BINARY_N,
  };

  if (node->tensor.dtype == PZ_F16 && n_dims == 1 && args.strides[0] != 0)
    dispatch.spec[PZ_SPEC_BINARY_SPLITS] =
      pz_dispatch_chunks (&dispatch, lowering->limits, args.n);
  if (dispatch.spec[PZ_SPEC_BINARY_SPLITS] == 0)
    pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  pz_binary_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

PzTensor *
pz_binary_sum_to (PzGraph *graph, PzTensor *gradient, const PzTensor *like)
{
  const guint n_dims = gradient != NULL ? gradient->n_dims : 0;
  const guint extra = n_dims - like->n_dims; /* leading dimensions that only the gradient has */
  guint end = n_dims;
  PzTensor *sum = gradient;

  if (gradient == NULL || pz_shape_equal (n_dims, gradient->dims, like->n_dims, like->dims))
    return gradient;
  /* Goes from the last axis to the first, so that earlier indices stay valid. */
  while (end > 0)
    {
      guint axis = end;

      while (axis > 0 && (axis - 1 < extra || like->dims[axis - 1 - extra] == 1))
        axis--;
      if (axis < end)
        sum = pz_sum (graph, sum, axis, end - axis, PZ_F32);
      end = MIN (axis, end - 1);
    }
  return pz_reshape (graph, sum, like->n_dims, like->dims);
}
