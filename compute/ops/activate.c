/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/activate.h"

#include "shaders/args/unary.h"

gboolean
pz_activate_shape (PzNode *node, GError **error)
{
  const PzActivateParams *params = (const PzActivateParams *) node->params.bytes;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (params->act >= PZ_N_ACTS)
    return pz_refuse (error, "expected an activation below %d, found %d", PZ_N_ACTS,
                      params->act);
  pz_node_like (node, node->src[0]);
  return TRUE;
}

void
pz_activate_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 8, cost);
}

void
pz_activate_lower (const PzNode *node, PzLowering *lowering)
{
  const PzActivateParams *params = (const PzActivateParams *) node->params.bytes;
  const gsize n = pz_node_n_elements (node);
  PzUnaryArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) n,
    .scale = params->scale,
    .shift = params->shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (node->tensor.dtype, PZ_KERNEL_UNARY_F16, PZ_KERNEL_UNARY_F32),
    .spec = { [PZ_SPEC_UNARY_ACT] = params->act },
    .n_spec = PZ_SPEC_UNARY_N,
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (n, 4));
  pz_dispatch_args (&dispatch, &args);
  pz_activate_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}
