/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The trained values on the device, with AdamW's moments and the gradient sum of a step; and the program that updates them.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/learners/learner.h"
#include "models/tasks/footprint.h"
#include "models/tasks/learn-state.h"

G_BEGIN_DECLS

typedef struct
{
  PzStorage *value, *mean, *square; /* F32, shape of the trained values */
  PzStorage *sum; /* of the gradients of one step, times the loss scale */
  PzProgram *update;
  double max_norm; /* limit for the norm of a step's gradients; 0 = none */
  PzProgram *norm; /* computes their mean square; NULL if there is no limit */
} PzLearnOptimizer;

gboolean pz_learn_optimizer_init (PzLearnOptimizer *optimizer,
                                  PzGpu *gpu,
                                  const PzTrained *trained,
                                  double max_norm,
                                  GError **error);
void pz_learn_optimizer_clear (PzLearnOptimizer *optimizer);
/* Adds the optimizer's needs to a footprint. */
gboolean pz_learn_optimizer_measure (PzDtype activation,
                                     const PzTrained *trained,
                                     PzFootprint *footprint,
                                     GError **error);

/* Copy the parts of the state that are on the device, to and from it. */
gboolean pz_learn_optimizer_write (PzLearnOptimizer *optimizer,
                                   const PzLearnState *state,
                                   GError **error);
gboolean
pz_learn_optimizer_read (PzLearnOptimizer *optimizer, PzLearnState *state, GError **error);

/* Makes one update with the gradient sum plus `pull` [n], which also includes the loss scale and does not count in the norm.
 * Updates state->n_updates and state->value. *skipped: the sum is not finite and nothing was updated. Cannot be cancelled. */
gboolean pz_learn_optimizer_step (PzLearnOptimizer *optimizer,
                                  PzLearnState *state,
                                  double rate,
                                  const float *pull,
                                  gboolean *skipped,
                                  GError **error);

G_END_DECLS
