/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An activation alone.
 */
#include "compute/ops/activate.h"
#include "compute/ops/ops.h"

const PzOpClass pz_op_unary = {
  .name = "unary",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = pz_activate_shape,
  .lower = pz_activate_lower,
  .cost = pz_activate_cost,
};

PzTensor *
pz_unary (PzGraph *graph, PzTensor *x, PzActivation act)
{
  const PzActivateParams params = { .act = act, .scale = 1.0f };

  return (PzTensor *) pz_graph_append (graph, &pz_op_unary, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
