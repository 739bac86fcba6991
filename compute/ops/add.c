/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/binary.h"
#include "compute/ops/ops.h"

static void
add_lower (const PzNode *node, PzLowering *lowering)
{
  pz_binary_lower (node, lowering, node->src[0], node->src[1], PZ_BINARY_ADD);
}

static void
add_backward (PzGraph *graph,
              const PzNode *node,
              PzTensor *d_out,
              const gboolean wanted[PZ_MAX_SRC],
              PzTensor *d_src[PZ_MAX_SRC])
{
  if (wanted[0])
    d_src[0] = d_out;
  if (wanted[1])
    d_src[1] = pz_binary_sum_to (graph, d_out, &node->src[1]->tensor);
}

const PzOpClass pz_op_add = {
  .name = "add",
  .n_src = 2,
  .in_place = 1u << 0,
  .shape = pz_binary_shape,
  .lower = add_lower,
  .passes_f32 = TRUE,
  .backward = add_backward,
};

PzTensor *
pz_add (PzGraph *graph, PzTensor *a, PzTensor *b)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_add, (PzTensor *const[]) { a, b }, NULL,
                                       0);
}
