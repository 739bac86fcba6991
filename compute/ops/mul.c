/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/binary.h"
#include "compute/ops/ops.h"

static void
mul_lower (const PzNode *node, PzLowering *lowering)
{
  pz_binary_lower (node, lowering, node->src[0], node->src[1], PZ_BINARY_MULTIPLY);
}

/* d_out times the other factor, summed over broadcast elements. */
static void
mul_backward (PzGraph *graph,
              const PzNode *node,
              PzTensor *d_out,
              const gboolean wanted[PZ_MAX_SRC],
              PzTensor *d_src[PZ_MAX_SRC])
{
  PzTensor *a = &node->src[0]->tensor;
  PzTensor *b = &node->src[1]->tensor;

  if (wanted[0])
    d_src[0] = pz_mul (graph, d_out, b);
  if (wanted[1])
    d_src[1] = pz_binary_sum_to (graph, pz_mul (graph, d_out, a), b);
}

const PzOpClass pz_op_mul = {
  .name = "mul",
  .n_src = 2,
  .in_place = 1u << 0,
  .shape = pz_binary_shape,
  .lower = mul_lower,
  .backward = mul_backward,
};

PzTensor *
pz_mul (PzGraph *graph, PzTensor *a, PzTensor *b)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_mul, (PzTensor *const[]) { a, b }, NULL,
                                       0);
}
