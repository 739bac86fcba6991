/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/autodiff.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"

static gboolean
stop_gradient_shape (PzNode *node, GError **error)
{
  (void) error;
  pz_node_like (node, node->src[0]);
  node->view_of = node->src[0];
  return TRUE;
}

const PzOpClass pz_op_stop_gradient = {
  .name = "stop_gradient",
  .n_src = 1,
  .shape = stop_gradient_shape,
  .constant = 1u << 0,
};

PzTensor *
pz_stop_gradient (PzGraph *graph, PzTensor *x)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_stop_gradient, (PzTensor *const[]) { x },
                                       NULL, 0);
}
