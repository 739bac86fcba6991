/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Celeb Basis (Yuan et al., 2023): people from one photograph each, as two words in the space of names. They are learned
 * together through one shared layer.
 */
#include "models/learners/learners.h"

#include <string.h>

static gboolean
check (const PzLearnContext *context, GError **error)
{
  const guint width = context->model->text.hidden_size;

  if (context->params->basis->width == width)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "basis: expected one of width %u, as the model's words have, found %u", width,
               context->params->basis->width);
  return FALSE;
}

/* Starts from a layer learned earlier. Its size must match the basis and the features that identify people. */
static gboolean
take_layer (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  const PzPeopleLayer *layer = context->params->layer;

  if (!trained->people->is_free && layer->n_rows == trained->dims[0]
      && layer->n_columns == trained->dims[1])
    {
      memcpy (trained->start, layer->values, trained->n * sizeof (float));
      return TRUE;
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "layer: expected one of %u coefficients by %u features, as the basis and what "
               "people are told apart by have, found %u by %u",
               trained->dims[0], trained->people->is_free ? 0 : trained->dims[1] - 1,
               layer->n_rows, layer->n_columns - 1);
  return FALSE;
}

static void
shape (const PzLearnContext *context, PzTrained *trained)
{
  (void) context;
  trained->n_dims = 2;
  trained->dims[0] = PZ_BASIS_N_WORDS * trained->people->basis->n_rows;
  trained->dims[1] = trained->people->n_seen;
  trained->n = (gsize) trained->dims[0] * trained->dims[1];
  trained->n_words = PZ_BASIS_N_WORDS;
}

/* Standard normal values for the weights, 0 for the bias. */
static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  const gsize n_rows = trained->dims[0], n_columns = trained->dims[1];
  const gsize n_drawn = trained->people->is_free ? n_columns : n_columns - 1;
  g_autofree float *drawn = g_new (float, n_rows *n_drawn);
  PzNoise noise = pz_learner_start_noise (context);

  if (context->params->layer != NULL)
    return take_layer (context, trained, error);
  pz_noise_normal (&noise, n_rows * n_drawn, drawn);
  for (gsize i = 0; i < trained->n; i++)
    trained->start[i] =
      i % n_columns < n_drawn ? drawn[i / n_columns * n_drawn + i % n_columns] : 0.0f;
  return TRUE;
}

const PzLearner pz_learner_celeb_basis = {
  .method = {
    .name = "celeb-basis",
    .title = "Celeb Basis",
    .about = "people from one picture each, as two words in a space of names; up to 10 at once",
    .trains = PZ_TRAINS_PEOPLE,
    .batch = 2,
    .steps = 400,
    .rate = 1e-2,
    .templates = "face",
  },
  .check = check,
  .shape = shape,
  .start = start,
};
