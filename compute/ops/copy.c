/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies a leaf, a view or a result, so that it can be a (second) result.
 */
#include "compute/graph/nodes.h"
#include "compute/ops/move.h"
#include "compute/ops/ops.h"

static gboolean
copy_shape (PzNode *node, GError **error)
{
  (void) error;
  pz_node_like (node, node->src[0]);
  return TRUE;
}

static void
copy_lower (const PzNode *node, PzLowering *lowering)
{
  const gsize n = pz_node_n_elements (node);

  pz_move_lower (node, lowering, &(PzMoveRows) { .a_stride = n, .a_length = n });
}

static void
copy_backward (PzGraph *graph,
               const PzNode *node,
               PzTensor *d_out,
               const gboolean wanted[PZ_MAX_SRC],
               PzTensor *d_src[PZ_MAX_SRC])
{
  (void) graph;
  (void) node;
  if (wanted[0])
    d_src[0] = d_out;
}

const PzOpClass pz_op_copy = {
  .name = "copy",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = copy_shape,
  .lower = copy_lower,
  .passes_f32 = TRUE,
  .backward = copy_backward,
};

PzTensor *
pz_graph_output (PzGraph *graph, PzTensor *x, const char *name)
{
  PzNode *node = (PzNode *) x;

  if (node == NULL)
    return NULL;
  if (node->op == NULL || node->view_of != NULL || node->is_output)
    node = pz_graph_append (graph, &pz_op_copy, (PzTensor *const[]) { x }, NULL, 0);
  if (node != NULL)
    pz_graph_mark_output (graph, node, name);
  return (PzTensor *) node;
}
