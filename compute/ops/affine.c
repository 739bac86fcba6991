/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/activate.h"
#include "compute/ops/ops.h"

static void
affine_backward (PzGraph *graph,
                 const PzNode *node,
                 PzTensor *d_out,
                 const gboolean wanted[PZ_MAX_SRC],
                 PzTensor *d_src[PZ_MAX_SRC])
{
  const PzActivateParams *params = (const PzActivateParams *) node->params.bytes;

  if (wanted[0])
    d_src[0] = pz_affine (graph, d_out, params->scale, 0.0f);
}

const PzOpClass pz_op_affine = {
  .name = "affine",
  .n_src = 1,
  .in_place = 1u << 0,
  .shape = pz_activate_shape,
  .lower = pz_activate_lower,
  .passes_f32 = TRUE,
  .backward = affine_backward,
};

PzTensor *
pz_affine (PzGraph *graph, PzTensor *x, float scale, float shift)
{
  const PzActivateParams params = { .act = PZ_ACT_NONE, .scale = scale, .shift = shift };

  return (PzTensor *) pz_graph_append (graph, &pz_op_affine, (PzTensor *const[]) { x }, &params,
                                       sizeof params);
}
