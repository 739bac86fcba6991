/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/learning.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/adamw.h"

#include <math.h>

enum
{
  STATE,
  A, /* the gradient; for the parameter, the updated mean */
  SQUARE, /* the updated square; for the parameter only */
  KNOBS,
  SKIP,
  N_SRC,
};

/* A step is three nodes, because a node has one result. */
typedef struct
{
  guint of; /* PZ_ADAMW_OF_MEAN ... */
} Params;

static gboolean
adamw_shape (PzNode *node, GError **error)
{
  const PzTensor *state = &node->src[STATE]->tensor;
  const guint n_knobs = PZ_N_ADAMW_KNOBS, one = 1;

  for (guint i = 0; i < N_SRC; i++)
    if (node->src[i] != NULL && node->src[i]->tensor.dtype != PZ_F32)
      return pz_refuse (error, "expected F32");
  pz_node_like (node, node->src[STATE]);
  return pz_require_dims (node->src[A], "the gradient", state->n_dims, state->dims, error)
         && (node->src[SQUARE] == NULL
             || pz_require_dims (node->src[SQUARE], "the mean square", state->n_dims,
                                 state->dims, error))
         && pz_require_dims (node->src[KNOBS], "knobs", 1, &n_knobs, error)
         && (node->src[SKIP] == NULL
             || pz_require_dims (node->src[SKIP], "skip", 1, &one, error));
}

static void
adamw_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 6, cost);
}

static void
adamw_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzAdamwArgs args = {
    .state = pz_lowering_address (lowering, node->src[STATE]),
    .a = pz_lowering_address (lowering, node->src[A]),
    .square = pz_lowering_address (lowering, node->src[SQUARE]),
    .knobs = pz_lowering_address (lowering, node->src[KNOBS]),
    .skip = pz_lowering_address (lowering, node->src[SKIP]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_node_n_elements (node),
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_ADAMW,
    .spec = { [PZ_SPEC_ADAMW_OF] = params->of },
    .n_spec = PZ_SPEC_ADAMW_N,
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  adamw_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

const PzOpClass pz_op_adamw = {
  .name = "adamw",
  .n_src = N_SRC,
  .optional = 1u << SQUARE | 1u << SKIP,
  .in_place = 1u << STATE,
  .shape = adamw_shape,
  .lower = adamw_lower,
};

static PzTensor *
append (PzGraph *graph, guint of, PzTensor *const src[N_SRC])
{
  const Params params = { .of = of };

  return (PzTensor *) pz_graph_append (graph, &pz_op_adamw, src, &params, sizeof params);
}

PzAdamw
pz_adamw (PzGraph *graph,
          const PzAdamw *state,
          PzTensor *gradient,
          PzTensor *knobs,
          PzTensor *skip)
{
  PzTensor *const mean[] = {
    [STATE] = state->mean, [A] = gradient, [KNOBS] = knobs, [SKIP] = skip
  };
  PzTensor *const square[] = {
    [STATE] = state->square, [A] = gradient, [KNOBS] = knobs, [SKIP] = skip
  };
  PzAdamw next = {
    .mean = append (graph, PZ_ADAMW_OF_MEAN, mean),
    .square = append (graph, PZ_ADAMW_OF_SQUARE, square),
  };
  PzTensor *const parameter[] = { [STATE] = state->parameter,
                                  [A] = next.mean,
                                  [SQUARE] = next.square,
                                  [KNOBS] = knobs,
                                  [SKIP] = skip };

  if (next.mean != NULL && next.square != NULL)
    next.parameter = append (graph, PZ_ADAMW_OF_PARAMETER, parameter);
  return next;
}

void
pz_adamw_fill_knobs (const PzAdamwSettings *settings,
                     guint64 step,
                     gdouble gradient_scale,
                     float knobs[PZ_N_ADAMW_KNOBS])
{
  const gdouble t = (gdouble) step;

  knobs[PZ_ADAMW_DECAY] = (float) (1 - settings->rate * settings->weight_decay);
  knobs[PZ_ADAMW_MEAN] = (float) (1 - settings->beta_1);
  knobs[PZ_ADAMW_KEEP] = (float) settings->beta_2;
  knobs[PZ_ADAMW_SQUARE] = (float) (1 - settings->beta_2);
  knobs[PZ_ADAMW_CORRECTION] = (float) sqrt (1 - pow (settings->beta_2, t));
  knobs[PZ_ADAMW_EPSILON] = (float) settings->epsilon;
  knobs[PZ_ADAMW_STEP] = (float) (settings->rate / (1 - pow (settings->beta_1, t)));
  knobs[PZ_ADAMW_GRADIENT] = (float) gradient_scale;
}
