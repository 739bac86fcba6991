/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One learning run: its checks and loading (learn-setup.c), for the loop (learn.c), and its results (learn-result.c).
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

/* Initialise with zero, except room and task. */
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
  PzLearnPeople people; /* if the run learns people */
  GPtrArray *pictures, *masks; /* given ones, then those of the classes; PzImage or NULL */
  GArray *things; /* guint: the thing in each picture */
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

/* Checks the parameters and fills in defaults. Runs nothing. */
gboolean pz_learn_run_check (PzLearnRun *run, const PzLearnParams *params, GError **error);

/* The precision of the computation. A resumed run must use the same. */
const char *pz_learn_run_precision (const PzLearnRun *run);

/* Makes a concept from `value` (state.value, or that of another state), or one for each person from the running means in
 * state.kept; `value` is then not used. (transfer full) array of PzConcept */
GPtrArray *pz_learn_run_concepts (const PzLearnRun *run, const float *value);

/* Generates pictures of the classes with the model, and appends them to the given ones. */
gboolean pz_learn_run_paint_prior (PzLearnRun *run, GError **error);

/* Finds out what the model predicts, and fills the defaults again if the size of its pictures is another one then. params: as
 * they were checked. */
gboolean pz_learn_run_settle (PzLearnRun *run, const PzLearnParams *params, GError **error);

/* Loads weights, encodes the pictures, compiles the program, and initialises the state or reads it from a checkpoint. */
gboolean pz_learn_run_load (PzLearnRun *run, GError **error);

G_END_DECLS
