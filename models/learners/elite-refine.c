/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ELITE refined: a few training steps that start from the encoder's output (Wei et al., 2023) and are regularised towards it,
 * as in Cross Initialization. This project's own method; not published elsewhere.
 */
#include <string.h>

#include "models/learners/learners.h"
#include "models/nets/image-encoder.h"

static gboolean
check (const PzLearnContext *context, GError **error)
{
  if (context->model->info.personalizes)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: expected ELITE mappers in elite/ to start from, found none",
               context->model->path);
  return FALSE;
}

static void
shape (const PzLearnContext *context, PzTrained *trained)
{
  trained->n_dims = 2;
  trained->dims[0] = 1 + pz_image_encoder_patches (&context->model->vision);
  trained->dims[1] = context->model->text.hidden_size;
  trained->n = (gsize) trained->dims[0] * trained->dims[1];
  trained->n_words = 1;
}

/* Starts from the encoder's output for the first picture. */
static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  const PzLearnParams *params = context->params;
  const PzTaskParams task = { .cancellable = context->cancellable };
  const gsize width = trained->dims[1];
  gint64 load_us = 0;
  g_autoptr (PzConcept) seen =
    pz_encoder_run (context->encoder, params->images[0],
                    params->masks != NULL ? params->masks[0] : NULL, &task, &load_us, error);

  if (seen == NULL)
    return FALSE;
  memcpy (trained->start, pz_concept_get_words (seen), width * sizeof (float));
  memcpy (trained->start + width, pz_concept_get_local (seen),
          (trained->n - width) * sizeof (float));
  return TRUE;
}

const PzLearner pz_learner_elite_refine = {
  .method = {
    .name = "elite-refine",
    .title = "ELITE, refined",
    .about = "ELITE's encoding of the first picture, refined; for this model only",
    .trains = PZ_TRAINS_ELITE,
    .batch = 4,
    .steps = 40,
    .rate = 1e-3,
  },
  .check = check,
  .shape = shape,
  .start = start,
  .regularizer = 1e-5,
};
