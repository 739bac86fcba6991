/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Textual Inversion (Gal et al., 2022; defaults of diffusers' example): new words, each initialised as a copy of an existing
 * one.
 */
#include <math.h>

#include "models/learners/learners.h"

#define RATE 2e-3
/* Root mean square of the embeddings of Stable Diffusion 1.x, for which the rate is published (methods: scale of embeddings: a
 * norm of 0.4 over 768 values). */
#define PUBLISHED_SIZE 0.0144

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

/* The length of AdamW's steps depends only on the learning rate, not on the size of the values. Larger words therefore need a
 * proportionally larger rate. */
static gboolean
default_rate (const PzLearnContext *context, double *rate, GError **error)
{
  g_autoptr (GArray) ids = pz_learner_start_words (context, error);
  g_autofree float *words = NULL;
  double sum = 0.0;
  gsize n;

  if (ids == NULL)
    return FALSE;
  n = (gsize) ids->len * context->model->text.hidden_size;
  words = g_new (float, n);
  if (!pz_learner_read_tokens (context, ids, words, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    sum += (double) words[i] * (double) words[i];
  *rate = CLAMP ((double) RATE * sqrt (sum / (double) n) / PUBLISHED_SIZE, PZ_LEARN_MIN_RATE,
                 PZ_LEARN_MAX_RATE);
  return TRUE;
}

const PzLearner pz_learner_textual_inversion = {
  .method = {
    .name = "textual-inversion",
    .title = "Textual Inversion",
    .about = "up to 16 words that start as copies of the class word; slow",
    .trains = PZ_TRAINS_WORDS,
    .vectors = 1,
    .max_vectors = PZ_CONCEPT_MAX_WORDS,
    .batch = 4,
    .steps = 3000,
    .rate = RATE,
    .takes_init = TRUE,
  },
  .check = check,
  .shape = pz_learner_shape_words,
  .start = start,
  .default_rate = default_rate,
};
