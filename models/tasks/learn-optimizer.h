/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is trained, on the device, with AdamW's moments and the sum of a step's gradients; and the program that moves it.
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
  PzStorage *value, *mean, *square; /* F32 of what is trained */
  PzStorage *sum; /* of the gradients of one step, times the loss scale */
  PzProgram *update;
  double max_norm; /* that the gradients of a step have together; 0 = any */
  PzProgram *norm; /* their mean square; NULL where any will do */
} PzLearnOptimizer;

gboolean pz_learn_optimizer_init (PzLearnOptimizer *optimizer,
                                  PzGpu *gpu,
                                  const PzTrained *trained,
                                  double max_norm,
                                  GError **error);
void pz_learn_optimizer_clear (PzLearnOptimizer *optimizer);
/* What it adds to a footprint. */
gboolean pz_learn_optimizer_measure (PzDtype activation,
                                     const PzTrained *trained,
                                     PzFootprint *footprint,
                                     GError **error);

/* All of the state that lies here, both ways. */
gboolean pz_learn_optimizer_write (PzLearnOptimizer *optimizer,
                                   const PzLearnState *state,
                                   GError **error);
gboolean
pz_learn_optimizer_read (PzLearnOptimizer *optimizer, PzLearnState *state, GError **error);

/* One update with the sum of gradients and `pull` [n], which is added to it (times the loss scale too) and does not count in the norm: state->n_updates
 * and state->value follow. *skipped: the sum is not finite, nothing moved. Is never cancelled. */
gboolean pz_learn_optimizer_step (PzLearnOptimizer *optimizer,
                                  PzLearnState *state,
                                  double rate,
                                  const float *pull,
                                  gboolean *skipped,
                                  GError **error);

G_END_DECLS
