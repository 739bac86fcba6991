/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The samples of a learning step: draws them, writes them to the inputs of a learning program, and replays it in parts. Losses
 * and gradients are added up in a fixed order.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/learners/learner.h"
#include "models/tasks/learn-captions.h"
#include "models/tasks/learn-data.h"
#include "models/tasks/learn-draws.h"
#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

typedef struct
{
  const PzModelFolder *model;
  PzLearnData *data;
  const PzLearnCaptions *captions;
  const float *seen; /* [n_pictures, 2, F] when learning people */
  const PzTrained *trained;
  PzProgram *program; /* pz_learn_graph_program () */
  PzImage *const *images; /* of the data */
  const guint *things; /* of the data: the thing in each picture; NULL = all the first */
  guint batch, part; /* samples per step and per replay; part divides batch */
  guint n_own; /* leading samples, of the n_own_pictures first pictures; others: classes */
  guint n_own_pictures;
  double own_weight, prior_weight; /* weights of their mean losses */
  gboolean keeps_sides, zooms;
  guint64 seed;
  PzNoiseSchedule schedule;
  /* Of the last step, [batch]. */
  guint *times;
  guint *slots; /* 2 * picture + mirrored */
  float *losses;
} PzLearnBatch;

/* All members up to seed must be set. */
void pz_learn_batch_init (PzLearnBatch *batch);
void pz_learn_batch_clear (PzLearnBatch *batch);

/* Writes the inputs that stay the same for all steps. */
gboolean pz_learn_batch_begin (PzLearnBatch *batch, GError **error);

/* Runs the samples of one step. Sets losses; the program's sum becomes scale times the gradient of pz_learn_batch_loss (),
 * added up over the micro-batches of this call. */
gboolean pz_learn_batch_run (PzLearnBatch *batch,
                             guint64 step,
                             float scale,
                             GCancellable *cancellable,
                             GError **error);

/* The loss of the last step: the weighted sum of the mean losses of own and class samples. */
double pz_learn_batch_loss (const PzLearnBatch *batch);

/* One replay without any effect, for one-time costs of the device such as compilation. */
gboolean
pz_learn_batch_warm_up (PzLearnBatch *batch, GCancellable *cancellable, GError **error);

G_END_DECLS
