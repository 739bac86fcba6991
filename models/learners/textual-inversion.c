/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Textual Inversion (Gal et al., 2022; defaults of diffusers' example): new words that start as a
 * copy of one that exists.
 */
#include "models/learners/learners.h"

static gboolean
check (const PzLearnContext *context, GError **error)
{
  g_autoptr (GArray) ids = pz_learner_start_words (context, error);

  return ids != NULL;
}

static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  g_autoptr (GArray) ids = pz_learner_start_words (context, error);

  return ids != NULL && pz_learner_read_tokens (context, ids, trained->start, error);
}

const PzLearner pz_learner_textual_inversion = {
  .method = {
    .name = "textual-inversion",
    .title = "Textual Inversion",
    .about = "words that start as a copy of the class word; slow, and any number of them",
    .trains = PZ_TRAINS_WORDS,
    .vectors = 1,
    .max_vectors = PZ_CONCEPT_MAX_WORDS,
    .batch = 4,
    .steps = 3000,
    .rate = 2e-3,
  },
  .check = check,
  .shape = pz_learner_shape_words,
  .start = start,
};
