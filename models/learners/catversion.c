/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CatVersion (Zhao et al., 2023): a key and a value placed before those of the text encoder's last layers; they affect every
 * prompt (methods: CatVersion).
 */
#include "models/learners/learners.h"

#define POSITIONS 1
#define LAYERS 3

static gboolean
check (const PzLearnContext *context, GError **error)
{
  if (context->params->class_word != NULL)
    return TRUE;
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "class word: expected a word for what the thing is, found none; "
                       "the adapter changes what this word shows");
  return FALSE;
}

static void
shape (const PzLearnContext *context, PzTrained *trained)
{
  const guint n_layers = MIN (LAYERS, context->model->text.num_hidden_layers);

  trained->n_dims = 3;
  trained->dims[0] = POSITIONS;
  trained->dims[1] = 2 * n_layers;
  trained->dims[2] = context->model->text.hidden_size;
  trained->n = (gsize) POSITIONS * 2 * n_layers * trained->dims[2];
}

/* Standard normal values, not scaled down. */
static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  PzNoise noise = pz_learner_start_noise (context);

  (void) error;
  pz_noise_normal (&noise, trained->n, trained->start);
  return TRUE;
}

const PzLearner pz_learner_catversion = {
  .method = {
    .name = "catversion",
    .title = "CatVersion",
    .about = "an adapter for the text encoder, used through the class word; one per prompt",
    .trains = PZ_TRAINS_PREFIX,
    .batch = 2,
    .steps = 1000,
    .rate = 1e-2,
  },
  .check = check,
  .shape = shape,
  .start = start,
  .caption = "a photo of a {}",
};
