/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cross Initialization (Pang et al., 2024): words that are initialised with the text encoder's output, which has the scale that
 * Textual Inversion ends at, and are regularised to stay near it (methods: Cross Initialization).
 */
#include "models/learners/learners.h"

/* The mean embedding of token number `column` over all names that have it. FALSE if no name has that many tokens. */
static gboolean
add_column_mean (const PzLearnContext *context, guint column, float *mean, GError **error)
{
  const guint width = context->model->text.hidden_size;
  g_autofree double *sum = g_new0 (double, width);
  g_autofree float *row = g_new (float, width);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = 0;

  for (guint i = 0; context->params->names[i] != NULL; i++)
    {
      g_array_set_size (ids, 0);
      pz_tokenizer_encode (context->model->tokenizer, context->params->names[i], -1, ids);
      if (ids->len <= column)
        continue;
      if (!pz_model_folder_read_token (context->model, g_array_index (ids, guint, column), row,
                                       error))
        return FALSE;
      for (guint j = 0; j < width; j++)
        sum[j] += (double) row[j];
      n++;
    }
  if (n == 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "names: expected some of at least %u token%s, found none", column + 1,
                   column == 0 ? "" : "s");
      return FALSE;
    }
  for (guint j = 0; j < width; j++)
    mean[j] = (float) (sum[j] / n);
  return TRUE;
}

/* The input of the text encoder: means over the names if there are any, else start words. [vectors, D] (transfer full) */
static float *
input_rows (const PzLearnContext *context, GError **error)
{
  const guint width = context->model->text.hidden_size, n = context->params->vectors;
  g_autofree float *rows = g_new (float, (gsize) n *width);
  g_autoptr (GArray) ids =
    context->params->names == NULL ? pz_learner_start_words (context, error) : NULL;

  if (context->params->names == NULL && ids == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      float *row = rows + (gsize) i * width;

      if (ids != NULL ? !pz_model_folder_read_token (context->model,
                                                     g_array_index (ids, guint, i), row, error)
                      : !add_column_mean (context, i, row, error))
        return NULL;
    }
  return g_steal_pointer (&rows);
}

static gboolean
check (const PzLearnContext *context, GError **error)
{
  g_autofree float *rows = input_rows (context, error);

  return rows != NULL;
}

static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  g_autofree float *rows = input_rows (context, error);

  return rows != NULL
         && pz_learner_encode_rows (context, context->params->vectors, rows, trained->start,
                                    error);
}

const PzLearner pz_learner_cross_initialization = {
  .method = {
    .name = "cross-initialization",
    .title = "Cross Initialization",
    .about = "words that start as the text encoder's own output; fast, and easy to edit",
    .trains = PZ_TRAINS_WORDS,
    .vectors = 2,
    .max_vectors = PZ_CONCEPT_MAX_WORDS,
    .batch = 8,
    .steps = 320,
    .rate = 5e-3,
    .takes_init = TRUE,
    .takes_names = TRUE,
  },
  .check = check,
  .shape = pz_learner_shape_words,
  .start = start,
  .regularizer = 1e-5,
};

/* The authors give neither its learning rate nor its batch size; docs/learning.md describes how they were chosen. */
const PzLearner pz_learner_cross_initialization_fast = {
  .method = {
    .name = "cross-initialization-fast",
    .title = "Cross Initialization, fast",
    .about = "Cross Initialization in 25 steps, for a first look",
    .trains = PZ_TRAINS_WORDS,
    .vectors = 2,
    .max_vectors = PZ_CONCEPT_MAX_WORDS,
    .batch = 8,
    .steps = 25,
    .rate = 8e-2,
    .takes_init = TRUE,
    .takes_names = TRUE,
  },
  .check = check,
  .shape = pz_learner_shape_words,
  .start = start,
  .regularizer = 1e-5,
};
