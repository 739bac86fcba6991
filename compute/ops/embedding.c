/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/embedding.h"

enum
{
  TABLE,
  IDS,
  EXTRA,
  N_SRC,
};

static gboolean
embedding_shape (PzNode *node, GError **error)
{
  const PzTensor *table = &node->src[TABLE]->tensor;
  const PzTensor *ids = &node->src[IDS]->tensor;

  if (!pz_require_float (node->src[TABLE], error))
    return FALSE;
  if (table->n_dims != 2 || ids->n_dims != 2 || ids->dtype != PZ_I32)
    return pz_refuse (error, "expected a table [V, D] and I32 ids [B, T]");
  if (node->src[EXTRA] != NULL)
    {
      const PzTensor *extra = &node->src[EXTRA]->tensor;
      if (extra->n_dims != 2 || extra->dims[1] != table->dims[1]
          || extra->dtype != table->dtype)
        return pz_refuse (error, "expected extra rows of the table's width and dtype");
    }
  node->tensor.dtype = table->dtype;
  node->tensor.n_dims = 3;
  node->tensor.dims[0] = ids->dims[0];
  node->tensor.dims[1] = ids->dims[1];
  node->tensor.dims[2] = table->dims[1];
  return TRUE;
}

static void
embedding_cost (const PzNode *node, PzCost *cost)
{
  cost->flops = 0;
  cost->bytes = 2 * (gdouble) pz_node_bytes (node) + (gdouble) pz_node_bytes (node->src[IDS]);
}

static void
embedding_lower (const PzNode *node, PzLowering *lowering)
{
  const guint32 width = node->tensor.dims[2];
  const guint32 quads = (guint32) pz_div_up (width, 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzEmbeddingArgs args = {
    .table = pz_lowering_address (lowering, node->src[TABLE]),
    .extra = pz_lowering_address (lowering, node->src[EXTRA]),
    .ids = pz_lowering_address (lowering, node->src[IDS]),
    .y = pz_lowering_address (lowering, node),
    .tokens = (guint32) pz_node_n_elements (node->src[IDS]),
    .width = width,
    .n_table = node->src[TABLE]->tensor.dims[0],
    .n_extra = node->src[EXTRA] != NULL ? node->src[EXTRA]->tensor.dims[0] : 0,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (node->tensor.dtype, PZ_KERNEL_EMBEDDING_F16, PZ_KERNEL_EMBEDDING_F32),
    .spec = { [PZ_SPEC_PACKED] = width % 4 == 0 },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.tokens * quads);
  pz_dispatch_args (&dispatch, &args);
  embedding_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

/* The table has no gradient: no method trains the whole vocabulary. */
static void
embedding_backward (PzGraph *graph,
                    const PzNode *node,
                    PzTensor *d_out,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[TABLE])
    pz_refuse_gradient (graph, node, "the table");
  else if (wanted[EXTRA])
    d_src[EXTRA] = pz_embedding_gradient (graph, &node->src[IDS]->tensor, d_out,
                                          node->src[TABLE]->tensor.dims[0],
                                          node->src[EXTRA]->tensor.dims[0]);
}

const PzOpClass pz_op_embedding = {
  .name = "embedding",
  .n_src = N_SRC,
  .optional = 1u << EXTRA,
  .shape = embedding_shape,
  .lower = embedding_lower,
  .constant = 1u << IDS,
  .passes_f32 = TRUE,
  .backward = embedding_backward,
};

PzTensor *
pz_embedding (PzGraph *graph, PzTensor *table, PzTensor *ids, PzTensor *extra)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_embedding,
                                       (PzTensor *const[]) {
                                         [TABLE] = table, [IDS] = ids, [EXTRA] = extra },
                                       NULL, 0);
}
