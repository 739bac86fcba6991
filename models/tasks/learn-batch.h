/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Samples of a step: drawn, written into the inputs of a learning program, replayed in parts, their losses and gradients
 * added up in a fixed order.
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
  const float *seen; /* [n_pictures, 2, F] where people are learned */
  const PzTrained *trained;
  PzProgram *program; /* pz_learn_graph_program () */
  PzImage *const *images; /* of the data */
  const guint *things; /* of the data: which thing each picture shows; NULL = all the first */
  guint batch, part; /* samples of a step, and of one replay: part divides batch */
  guint
    n_own; /* of batch, the first ones: of the n_own_pictures first pictures; the others are of the classes */
  guint n_own_pictures;
  double own_weight, prior_weight; /* of the means of their losses */
  gboolean keeps_sides, zooms;
  guint64 seed;
  PzNoiseSchedule schedule;
  /* Of the last step: [batch]. */
  guint *times;
  guint *slots; /* 2 * picture + mirrored */
  float *losses;
} PzLearnBatch;

/* Members up to seed are set. */
void pz_learn_batch_init (PzLearnBatch *batch);
void pz_learn_batch_clear (PzLearnBatch *batch);

/* What does not change from step to step. */
gboolean pz_learn_batch_begin (PzLearnBatch *batch, GError **error);

/* The samples of one step: their losses are here then, the gradient of pz_learn_batch_loss () times scale where the program adds
 * it up. */
gboolean pz_learn_batch_run (PzLearnBatch *batch,
                             guint64 step,
                             float scale,
                             GCancellable *cancellable,
                             GError **error);

/* What the last step's losses are together: their means, weighed. */
double pz_learn_batch_loss (const PzLearnBatch *batch);

/* One replay that nothing comes of: what a device does once, as compiling, is done then. */
gboolean
pz_learn_batch_warm_up (PzLearnBatch *batch, GCancellable *cancellable, GError **error);

G_END_DECLS
