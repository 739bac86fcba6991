/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run of learning: what is checked and loaded for it (learn-setup.c), for the loop (learn.c), and what comes of it
 * (learn-result.c).
 *
 * Thread: the session's.
 */
#pragma once

#include "models/tasks/learn-batch.h"
#include "models/tasks/learn-optimizer.h"
#include "models/tasks/learn-people.h"
#include "models/tasks/learn-state.h"
#include "models/tasks/learn.h"

G_BEGIN_DECLS

/* Starts zeroed but for room and task. */
typedef struct
{
  const PzLearnRoom *room;
  const PzLearnTask *task;
  PzLearnParams params; /* defaults filled in */
  const PzLearner *learner;
  PzLearnContext context;
  GPtrArray *settings;
  PzLearnCaptions captions;
  PzTrained trained;
  PzLearnPeople people; /* where it learns people */
  GPtrArray *pictures, *masks; /* given ones, then those of the classes; PzImage or NULL */
  GArray *things; /* guint: which each of them shows */
  guint n_given;
  PzLearnData data;
  PzLearnOptimizer optimizer;
  PzProgram *program;
  PzLearnBatch batch;
  PzLearnState state;
  gint64 began_us, saved_us;
  double forecast; /* seconds */
  guint first_step, saved_step;
} PzLearnRun;

void pz_learn_run_clear (PzLearnRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzLearnRun, pz_learn_run_clear)

/* Checks what was asked for and fills in defaults; nothing runs. */
gboolean pz_learn_run_check (PzLearnRun *run, const PzLearnParams *params, GError **error);

/* What is computed in: a run that goes on must do the same. */
const char *pz_learn_run_precision (const PzLearnRun *run);

/* What was learned so far, of state.value or another: one of each person, else one. (transfer full) of PzConcept */
GPtrArray *pz_learn_run_concepts (const PzLearnRun *run, const float *value);

/* Lets the model paint pictures of the classes, behind those that were given. */
gboolean pz_learn_run_paint_prior (PzLearnRun *run, GError **error);

/* Weights, the pictures' latents, the program, and the state as it starts or as a checkpoint has it. */
gboolean pz_learn_run_load (PzLearnRun *run, GError **error);

G_END_DECLS
