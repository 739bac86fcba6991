/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A run that learns people: what is seen of their pictures, the mean of what was learned over the last steps, the concepts
 * that it gives.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/learners/learner.h"
#include "models/tasks/footprint.h"
#include "models/tasks/learn-state.h"

G_BEGIN_DECLS

/* Of each person, and each of them mirrored too: a new one for each sample, as the authors have it, would cost an encoding
 * each. */
#define PZ_PEOPLE_VIEWS 16

typedef struct
{
  PzPeople people;
  GPtrArray
    *canvases; /* n_people * PZ_PEOPLE_VIEWS of PzImage, of the size that is learned at */
  GPtrArray *canvas_masks; /* the same; NULL = no masks */
  float *seen; /* [n_people * PZ_PEOPLE_VIEWS, 2 (as it is, mirrored), F] */
  float
    *faces; /* [n_people, F - 1]: of the pictures as they are; NULL = no faces are looked at */
} PzLearnPeople;

/* Sizes only. params: filled in; all that does not need pictures is checked: BAD_INPUT, UNSUPPORTED_MODEL. */
gboolean pz_learn_people_init (PzLearnPeople *people,
                               const PzModelFolder *model,
                               const PzLearnParams *params,
                               GError **error);
void pz_learn_people_clear (PzLearnPeople *people);

/* What looking at pictures adds to a footprint. */
gboolean
pz_learn_people_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error);

/* Draws the views and looks at them. */
gboolean
pz_learn_people_look (PzLearnPeople *people, const PzLearnContext *context, GError **error);

/* What the state keeps besides: [n_people, 2, p], the mean coefficients of each person, as the layer's start gives them.
 * (transfer full) */
float *pz_learn_people_start (const PzLearnPeople *people, const float *layer);
/* After the forward pass of a step: samples' slots (2 * picture + mirrored) with the layer that it was made with. */
void pz_learn_people_average (const PzLearnPeople *people,
                              PzLearnState *state,
                              const guint slots[],
                              guint n);

G_END_DECLS
