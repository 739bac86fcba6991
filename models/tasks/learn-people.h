/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learning people: features of their pictures, the running mean of the learned coefficients, and the resulting concepts.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/learners/learner.h"
#include "models/tasks/footprint.h"
#include "models/tasks/learn-state.h"

G_BEGIN_DECLS

/* Views per person; each also has a mirrored version. A new view for each sample, as in the authors' code, would cost one
 * encoder run each. */
#define PZ_PEOPLE_VIEWS 16

typedef struct
{
  PzPeople people;
  GPtrArray *canvases; /* n_people * PZ_PEOPLE_VIEWS of PzImage, at the learning size */
  GPtrArray *canvas_masks; /* the same; NULL = no masks */
  float *seen; /* [n_people * PZ_PEOPLE_VIEWS, 2 (as it is, mirrored), F] */
  float *faces; /* [n_people, F - 1]: of the unchanged portraits; NULL = no face features */
} PzLearnPeople;

/* Sets sizes only. params: with defaults filled in. Checks everything that does not need pictures: BAD_INPUT,
 * UNSUPPORTED_MODEL. */
gboolean pz_learn_people_init (PzLearnPeople *people,
                               const PzModelFolder *model,
                               const PzLearnParams *params,
                               GError **error);
void pz_learn_people_clear (PzLearnPeople *people);

/* Adds the needs of computing the features to a footprint. */
gboolean
pz_learn_people_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error);

/* Draws the views and computes their features. */
gboolean
pz_learn_people_look (PzLearnPeople *people, const PzLearnContext *context, GError **error);

/* The initial value of PzLearnState.kept: [n_people, 2, p], the mean coefficients of each person, computed with the initial
 * layer. (transfer full) */
float *pz_learn_people_start (const PzLearnPeople *people, const float *layer);
/* Updates the means after the forward pass of a step. slots: of the samples (2 * picture + mirrored). Uses the layer that the
 * pass was made with. */
void pz_learn_people_average (const PzLearnPeople *people,
                              PzLearnState *state,
                              const guint slots[],
                              guint n);

G_END_DECLS
