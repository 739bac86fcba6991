/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two halves of a sampler's step: what is kept for later steps, and the next latent.
 */
#include "compute/base/shape.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/sampler_remember.h"
#include "shaders/args/sampler_update.h"

static gboolean
is_guided (const PzTensor *x, const PzTensor *pred)
{
  return pred->dims[0] == 2 * x->dims[0];
}

/* The rules that both share. */
static gboolean
check_answer (const PzNode *x, const PzNode *pred, const PzNode *knobs, GError **error)
{
  const PzTensor *a = &x->tensor, *b = &pred->tensor;

  if (a->dtype != PZ_F32 || knobs->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected x and knobs in F32");
  if (!pz_require_float (pred, error)
      || !pz_require_dims (knobs, "knobs", 1, (const guint[]) { PZ_N_KNOBS }, error))
    return FALSE;
  if (!pz_shape_equal (b->n_dims - 1, b->dims + 1, a->n_dims - 1, a->dims + 1)
      || (b->dims[0] != a->dims[0] && !is_guided (a, b)))
    return pz_refuse (error, "expected a prediction of x's shape, or twice its batch");
  return TRUE;
}

static gboolean
check_past (const PzNode *past, const PzTensor *x, GError **error)
{
  PzTensor slots = *x;

  slots.dims[0] *= PZ_SAMPLER_SLOTS;
  if (past->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected the past in F32");
  return pz_require_dims (past, "the past", slots.n_dims, slots.dims, error);
}

/* ---- remember ---- */

enum
{
  REMEMBER_PAST,
  REMEMBER_X,
  REMEMBER_PRED,
  REMEMBER_KNOBS,
  REMEMBER_N_SRC,
};

static gboolean
sampler_remember_shape (PzNode *node, GError **error)
{
  if (!check_answer (node->src[REMEMBER_X], node->src[REMEMBER_PRED], node->src[REMEMBER_KNOBS],
                     error)
      || !check_past (node->src[REMEMBER_PAST], &node->src[REMEMBER_X]->tensor, error))
    return FALSE;
  pz_node_like (node, node->src[REMEMBER_PAST]);
  return TRUE;
}

static void
sampler_remember_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 6.0 / PZ_SAMPLER_SLOTS, cost);
}

static void
sampler_remember_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNode *x = node->src[REMEMBER_X], *pred = node->src[REMEMBER_PRED];
  const PzSamplerRememberArgs args = {
    .past = pz_lowering_address (lowering, node->src[REMEMBER_PAST]),
    .x = pz_lowering_address (lowering, x),
    .pred = pz_lowering_address (lowering, pred),
    .knobs = pz_lowering_address (lowering, node->src[REMEMBER_KNOBS]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (x),
    .guided = is_guided (&x->tensor, &pred->tensor),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (pred->tensor.dtype, PZ_KERNEL_SAMPLER_REMEMBER_F16,
                             PZ_KERNEL_SAMPLER_REMEMBER_F32),
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  sampler_remember_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_sampler_remember = {
  .name = "sampler_remember",
  .n_src = REMEMBER_N_SRC,
  .in_place = 1u << REMEMBER_PAST,
  .shape = sampler_remember_shape,
  .lower = sampler_remember_lower,
  .cost = sampler_remember_cost,
};

PzTensor *
pz_sampler_remember (PzGraph *graph,
                     PzTensor *past,
                     PzTensor *x,
                     PzTensor *pred,
                     PzTensor *knobs)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_sampler_remember,
                                       (PzTensor *const[]) {
                                         [REMEMBER_PAST] = past,
                                         [REMEMBER_X] = x,
                                         [REMEMBER_PRED] = pred,
                                         [REMEMBER_KNOBS] = knobs,
                                       },
                                       NULL, 0);
}

/* ---- update ---- */

enum
{
  UPDATE_X,
  UPDATE_PRED,
  UPDATE_NOISE,
  UPDATE_PAST,
  UPDATE_KNOBS,
  UPDATE_N_SRC,
};

static gboolean
sampler_update_shape (PzNode *node, GError **error)
{
  const PzTensor *x = &node->src[UPDATE_X]->tensor;

  if (!check_answer (node->src[UPDATE_X], node->src[UPDATE_PRED], node->src[UPDATE_KNOBS],
                     error)
      || !check_past (node->src[UPDATE_PAST], x, error))
    return FALSE;
  if (node->src[UPDATE_NOISE]->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected noise in F32");
  if (!pz_require_dims (node->src[UPDATE_NOISE], "noise", x->n_dims, x->dims, error))
    return FALSE;
  pz_node_like (node, node->src[UPDATE_X]);
  return TRUE;
}

static void
sampler_update_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 8 + 2 * PZ_SAMPLER_SLOTS, cost);
}

static void
sampler_update_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNode *x = node->src[UPDATE_X], *pred = node->src[UPDATE_PRED];
  const PzSamplerUpdateArgs args = {
    .x = pz_lowering_address (lowering, x),
    .pred = pz_lowering_address (lowering, pred),
    .noise = pz_lowering_address (lowering, node->src[UPDATE_NOISE]),
    .past = pz_lowering_address (lowering, node->src[UPDATE_PAST]),
    .knobs = pz_lowering_address (lowering, node->src[UPDATE_KNOBS]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
    .guided = is_guided (&x->tensor, &pred->tensor),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (pred->tensor.dtype, PZ_KERNEL_SAMPLER_UPDATE_F16,
                             PZ_KERNEL_SAMPLER_UPDATE_F32),
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  sampler_update_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_sampler_update = {
  .name = "sampler_update",
  .n_src = UPDATE_N_SRC,
  .in_place = 1u << UPDATE_X,
  .shape = sampler_update_shape,
  .lower = sampler_update_lower,
  .cost = sampler_update_cost,
};

PzTensor *
pz_sampler_update (PzGraph *graph,
                   PzTensor *x,
                   PzTensor *pred,
                   PzTensor *noise,
                   PzTensor *past,
                   PzTensor *knobs)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_sampler_update,
                                       (PzTensor *const[]) {
                                         [UPDATE_X] = x,
                                         [UPDATE_PRED] = pred,
                                         [UPDATE_NOISE] = noise,
                                         [UPDATE_PAST] = past,
                                         [UPDATE_KNOBS] = knobs,
                                       },
                                       NULL, 0);
}
