/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/constant.h"

#include <string.h>

typedef struct
{
  PzDtype dtype;
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
  float value;
} Params;

static gboolean
constant_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;

  if (params->dtype != PZ_F16 && params->dtype != PZ_F32)
    return pz_refuse (error, "expected F16 or F32");
  node->tensor.dtype = params->dtype;
  node->tensor.n_dims = params->n_dims;
  memcpy (node->tensor.dims, params->dims, sizeof params->dims);
  return TRUE;
}

static void
constant_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 0, cost);
}

static void
constant_lower (const PzNode *node, PzLowering *lowering)
{
  const PzConstantArgs args = {
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
    .value = ((const Params *) node->params.bytes)->value,
  };
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (node->tensor.dtype, PZ_KERNEL_CONSTANT_F16, PZ_KERNEL_CONSTANT_F32),
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  constant_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_constant = {
  .name = "constant",
  .n_src = 0,
  .shape = constant_shape,
  .lower = constant_lower,
};

PzTensor *
pz_constant (PzGraph *graph, PzDtype dtype, guint n_dims, const guint dims[], float value)
{
  Params params = { .dtype = dtype, .n_dims = n_dims, .value = value };

  memcpy (params.dims, dims, MIN (n_dims, PZ_MAX_DIMS) * sizeof dims[0]);
  return (PzTensor *) pz_graph_append (graph, &pz_op_constant, NULL, &params, sizeof params);
}
