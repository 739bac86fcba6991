/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"

#include <string.h>

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
reshape_backward (PzGraph *graph,
                  const PzNode *node,
                  PzTensor *d_out,
                  const gboolean wanted[PZ_MAX_SRC],
                  PzTensor *d_src[PZ_MAX_SRC])
{
  const PzTensor *x = &node->src[0]->tensor;

  if (wanted[0])
    d_src[0] = pz_reshape (graph, d_out, x->n_dims, x->dims);
}

const PzOpClass pz_op_reshape = {
  .name = "reshape",
  .n_src = 1,
  .shape = reshape_shape,
  .passes_f32 = TRUE,
  .backward = reshape_backward,
};

PzTensor *
pz_reshape (PzGraph *graph, PzTensor *x, guint n_dims, const guint dims[])
{
  ReshapeParams params = { .n_dims = n_dims };

  memcpy (params.dims, dims, MIN (n_dims, PZ_MAX_DIMS) * sizeof dims[0]);
  return (PzTensor *) pz_graph_append (graph, &pz_op_reshape, (PzTensor *const[]) { x },
                                       &params, sizeof params);
}
