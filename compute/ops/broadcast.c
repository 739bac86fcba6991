/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"
#include "compute/ops/binary.h"
#include "compute/ops/ops.h"

#include <string.h>

typedef struct
{
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
} Params;

static gboolean
broadcast_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (!pz_shape_is_valid (params->n_dims, params->dims)
      || !pz_shape_broadcasts (params->n_dims, params->dims, x->n_dims, x->dims))
    {
      g_autofree char *found =
        pz_shape_to_text (MIN (params->n_dims, PZ_MAX_DIMS), params->dims);
      return pz_refuse (
        error, "expected dimensions that from the last on equal x's or are repeated, found %s",
        found);
    }
  node->tensor.dtype = x->dtype;
  node->tensor.n_dims = params->n_dims;
  memcpy (node->tensor.dims, params->dims, sizeof params->dims);
  return TRUE;
}

static void
broadcast_lower (const PzNode *node, PzLowering *lowering)
{
  pz_binary_lower (node, lowering, NULL, node->src[0], PZ_BINARY_SECOND);
}

static void
broadcast_backward (PzGraph *graph,
                    const PzNode *node,
                    PzTensor *d_out,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[0])
    d_src[0] = pz_binary_sum_to (graph, d_out, &node->src[0]->tensor);
}

const PzOpClass pz_op_broadcast = {
  .name = "broadcast",
  .n_src = 1,
  .shape = broadcast_shape,
  .lower = broadcast_lower,
  .passes_f32 = TRUE,
  .backward = broadcast_backward,
};

PzTensor *
pz_broadcast (PzGraph *graph, PzTensor *x, guint n_dims, const guint dims[])
{
  Params params = { .n_dims = n_dims };

  memcpy (params.dims, dims, MIN (n_dims, PZ_MAX_DIMS) * sizeof dims[0]);
  return (PzTensor *) pz_graph_append (graph, &pz_op_broadcast, (PzTensor *const[]) { x },
                                       &params, sizeof params);
}
