/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/gated_add.h"

enum
{
  X,
  GATE,
  GATE_MAX,
  STRENGTH,
  RESIDUAL,
  N_SRC,
};

/* The tensor of a source; NULL if it is absent. */
static PzTensor *
source_of (const PzNode *node, guint which)
{
  return node->src[which] != NULL ? &node->src[which]->tensor : NULL;
}

static gboolean
gated_add_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[X]->tensor;
  const PzTensor *gate = source_of (node, GATE);

  if (!pz_require_float (node->src[X], error))
    return FALSE;
  for (guint i = GATE; i <= STRENGTH; i++)
    if (node->src[i] != NULL && node->src[i]->tensor.dtype != PZ_F32)
      return pz_refuse (error, "expected gate, gate_max and strength in F32");
  if ((node->src[GATE] == NULL) != (node->src[GATE_MAX] == NULL))
    return pz_refuse (error, "expected gate and gate_max together, or neither");
  if (x->n_dims != 3)
    return pz_refuse (error, "expected x [B, N, W]");
  if (gate != NULL
      && (gate->n_dims != 3 || gate->dims[0] != x->dims[0] || gate->dims[2] != x->dims[1]
          || x->dims[2] % gate->dims[1] != 0))
    return pz_refuse (error, "expected x [B, N, W] and a gate [B, heads that divide W, N]");
  if ((gate != NULL && !pz_require_dims (node->src[GATE_MAX], "gate_max", 1, x->dims, error))
      || !pz_require_dims (node->src[STRENGTH], "strength", 1, x->dims, error))
    return FALSE;
  if (node->src[RESIDUAL] != NULL)
    {
      if (node->src[RESIDUAL]->tensor.dtype != x->dtype)
        return pz_refuse (error, "expected a residual of x's dtype");
      if (!pz_require_dims (node->src[RESIDUAL], "residual", 3, x->dims, error))
        return FALSE;
    }
  pz_node_like (node, node->src[X]);
  return TRUE;
}

static void
gated_add_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 3, cost);
}

static void
gated_add_lower (const PzNode *node, PzLowering *lowering)
{
  const guint *x = node->tensor.dims;
  const PzTensor *gate = source_of (node, GATE);
  const guint32 heads = gate != NULL ? gate->dims[1] : 1;
  const guint32 head_dim = x[2] / heads;
  const guint32 quads = (guint32) pz_div_up (x[2], 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzDivisor by_queries = pz_divisor (x[1]);
  const PzDivisor by_head_dim = pz_divisor (head_dim);
  const PzGatedAddArgs args = {
    .x = pz_lowering_address (lowering, node->src[X]),
    .gate = pz_lowering_address (lowering, node->src[GATE]),
    .gate_max = pz_lowering_address (lowering, node->src[GATE_MAX]),
    .strength = pz_lowering_address (lowering, node->src[STRENGTH]),
    .residual = pz_lowering_address (lowering, node->src[RESIDUAL]),
    .y = pz_lowering_address (lowering, node),
    .rows = x[0] * x[1],
    .queries = x[1],
    .queries_multiplier = by_queries.multiplier,
    .queries_shift = by_queries.shift,
    .heads = heads,
    .width = x[2],
    .head_dim_multiplier = by_head_dim.multiplier,
    .head_dim_shift = by_head_dim.shift,
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (node->tensor.dtype, PZ_KERNEL_GATED_ADD_F16, PZ_KERNEL_GATED_ADD_F32),
    .spec = { [PZ_SPEC_PACKED] = x[2] % 4 == 0, [PZ_SPEC_GATED_ADD_WHOLE] = head_dim % 4 == 0 },
    .n_spec = PZ_SPEC_GATED_ADD_N,
  };

  pz_dispatch_lanes (&dispatch, (gsize) args.rows * quads);
  pz_dispatch_args (&dispatch, &args);
  gated_add_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

/* f = gate strength / gate_max is the factor of each row of a head; d f is the dot product of the row's d_out and x. Then:
 *   d gate = d f strength / gate_max, d strength = sum (d f gate) / gate_max,
 *   d gate_max = - d strength strength / gate_max.
 * The maximum is not treated as a constant, because ELITE's code does not detach it. */
static void
gate_backward (PzGraph *graph,
               const PzNode *node,
               PzTensor *d_out,
               const gboolean wanted[PZ_MAX_SRC],
               PzTensor *d_src[PZ_MAX_SRC])
{
  PzTensor *gate = &node->src[GATE]->tensor;
  PzTensor *gate_max = &node->src[GATE_MAX]->tensor;
  PzTensor *d_factor = pz_head_dot (graph, d_out, &node->src[X]->tensor, gate->dims[1]);
  PzTensor *share = pz_ratio (graph, &node->src[STRENGTH]->tensor, gate_max);

  if (wanted[GATE])
    d_src[GATE] =
      pz_mul (graph, d_factor,
              pz_reshape (graph, share, 3, (const guint[]) { gate->dims[0], 1, 1 }));
  if (wanted[STRENGTH] || wanted[GATE_MAX])
    {
      PzTensor *sum = pz_sum (graph, pz_mul (graph, d_factor, gate), 1, 2, PZ_F32);
      PzTensor *d_strength = pz_ratio (graph, sum, gate_max);

      if (wanted[STRENGTH])
        d_src[STRENGTH] = d_strength;
      if (wanted[GATE_MAX])
        d_src[GATE_MAX] = pz_affine (graph, pz_mul (graph, d_strength, share), -1, 0);
    }
}

/* Without a gate the factor is the strength. Its gradient is the dot product of d_out and x over a picture. */
static PzTensor *
strength_backward (PzGraph *graph, const PzNode *node, PzTensor *d_out)
{
  PzTensor *rows = pz_head_dot (graph, d_out, &node->src[X]->tensor, 1); /* [B, 1, N] */

  return pz_sum (graph, rows, 1, 2, PZ_F32);
}

static void
gated_add_backward (PzGraph *graph,
                    const PzNode *node,
                    PzTensor *d_out,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC])
{
  const PzGate gate = { .gate = source_of (node, GATE),
                        .gate_max = source_of (node, GATE_MAX),
                        .strength = &node->src[STRENGTH]->tensor };

  if (wanted[X])
    d_src[X] = pz_gated_add (graph, d_out, &gate, NULL);
  if (wanted[RESIDUAL])
    d_src[RESIDUAL] = d_out;
  if (gate.gate == NULL && wanted[STRENGTH])
    d_src[STRENGTH] = strength_backward (graph, node, d_out);
  else if (wanted[GATE] || wanted[GATE_MAX] || wanted[STRENGTH])
    gate_backward (graph, node, d_out, wanted, d_src);
}

const PzOpClass pz_op_gated_add = {
  .name = "gated_add",
  .n_src = N_SRC,
  .optional = 1u << GATE | 1u << GATE_MAX | 1u << RESIDUAL,
  .in_place = 1u << X | 1u << RESIDUAL,
  .shape = gated_add_shape,
  .lower = gated_add_lower,
  .backward = gated_add_backward,
};

PzTensor *
pz_gated_add (PzGraph *graph, PzTensor *x, const PzGate *gate, PzTensor *residual)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_gated_add,
                                       (PzTensor *const[]) {
                                         [X] = x,
                                         [GATE] = gate->gate,
                                         [GATE_MAX] = gate->gate_max,
                                         [STRENGTH] = gate->strength,
                                         [RESIDUAL] = residual,
                                       },
                                       NULL, 0);
}
