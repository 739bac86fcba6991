/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An activation.
 */
#include "compute/ops/activate.h"
#include "compute/ops/adjoints.h"
#include "compute/ops/ops.h"

static void
unary_backward (PzGraph *graph,
                const PzNode *node,
                PzTensor *d_out,
                const gboolean wanted[PZ_MAX_SRC],
                PzTensor *d_src[PZ_MAX_SRC])
{
  const PzActivateParams *params = (const PzActivateParams *) node->params.bytes;

  if (wanted[0])
    d_src[0] = pz_unary_gradient (graph, &node->src[0]->tensor, d_out, params->act);
}

const PzOpClass pz_op_unary = {
  .name = "unary",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = pz_activate_shape,
  .lower = pz_activate_lower,
  .backward = unary_backward,
};

PzTensor *
pz_unary (PzGraph *graph, PzTensor *x, PzActivation act)
{
  const PzActivateParams params = { .act = act, .scale = 1.0f };

  return (PzTensor *) pz_graph_append (graph, &pz_op_unary, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
