/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/learners/learner.h"

#include <string.h>

#include "compute/run.h"
#include "models/learners/learners.h"
#include "models/nets/text-encoder.h"
#include "models/tasks/learn-draws.h"

const PzLearner *const pz_learners[] = {
  &pz_learner_cross_initialization, &pz_learner_cross_initialization_fast,
  &pz_learner_textual_inversion,    &pz_learner_catversion,
  &pz_learner_celeb_basis,          &pz_learner_custom_diffusion,
  &pz_learner_dreambooth_lora,      &pz_learner_elite_refine,
};
const guint pz_n_learners = G_N_ELEMENTS (pz_learners);

const PzLearner *
pz_learner_find (const char *name)
{
  for (guint i = 0; i < pz_n_learners; i++)
    if (strcmp (pz_learners[i]->method.name, name) == 0)
      return pz_learners[i];
  return NULL;
}

const PzLearnMethod *
pz_learn_method (guint index)
{
  return index < pz_n_learners ? &pz_learners[index]->method : NULL;
}

const PzLearnMethod *
pz_learn_method_find (const char *name)
{
  const PzLearner *learner = pz_learner_find (name);

  return learner != NULL ? &learner->method : NULL;
}

/* ---- what is trained ---- */

guint
pz_learner_n_things (const PzLearnParams *params)
{
  return 1 + params->n_more;
}

PzLearnThing
pz_learner_thing (const PzLearnParams *params, guint index)
{
  if (index > 0)
    return params->more[index - 1];
  return (PzLearnThing) { params->name, params->class_word };
}

static void
part_clear (gpointer data)
{
  g_free (((PzTrainedPart *) data)->name);
}

void
pz_trained_add_part (PzTrained *trained, PzTrainedPart part)
{
  if (trained->parts == NULL)
    {
      trained->parts = g_array_new (FALSE, FALSE, sizeof (PzTrainedPart));
      g_array_set_clear_func (trained->parts, part_clear);
    }
  part.offset = trained->n;
  trained->n +=
    part.rank > 0 ? (gsize) part.rank * (part.out + part.in) : (gsize) part.out * part.in;
  trained->n_dims = 1;
  trained->dims[0] = (guint) trained->n;
  g_array_append_val (trained->parts, part);
}

void
pz_trained_clear (PzTrained *trained)
{
  g_clear_pointer (&trained->start, g_free);
  g_clear_pointer (&trained->parts, g_array_unref);
}

/* ---- words of the vocabulary ---- */

/* Lists the tokens, "coffee, pot", for messages. (transfer full) */
static char *
name_tokens (const PzTokenizer *tokenizer, const GArray *ids)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    {
      const char *token = pz_tokenizer_get_token (tokenizer, g_array_index (ids, guint, i));

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", token != NULL ? token : "?");
    }
  g_string_replace (text, "</w>", "", 0);
  return g_string_free_and_steal (text);
}

GArray *
pz_learner_words (const PzLearnContext *context,
                  const char *option,
                  const char *text,
                  guint n,
                  GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *found = NULL;

  pz_tokenizer_encode (context->model->tokenizer, text, -1, ids);
  if (ids->len == n)
    return g_steal_pointer (&ids);
  found = name_tokens (context->model->tokenizer, ids);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected %u token%s of the vocabulary, one for each vector; found %u in "
               "“%s”%s%s%s",
               option, n, n == 1 ? "" : "s", ids->len, text, ids->len > 0 ? " (" : "", found,
               ids->len > 0 ? ")" : "");
  return NULL;
}

GArray *
pz_learner_start_words (const PzLearnContext *context, GError **error)
{
  const PzLearnParams *params = context->params;
  const guint n = params->vectors;
  g_autoptr (GArray) one = NULL;
  GArray *ids;

  if (params->init != NULL)
    return pz_learner_words (context, "init", params->init, n, error);
  if (params->class_word == NULL)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "class word: expected a word to start from, found none");
      return NULL;
    }
  one = pz_learner_words (context, "class word", params->class_word, 1, error);
  if (one == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < n; i++)
    g_array_append_vals (ids, one->data, 1);
  return ids;
}

gboolean
pz_learner_read_tokens (const PzLearnContext *context,
                        const GArray *ids,
                        float *rows,
                        GError **error)
{
  const guint width = context->model->text.hidden_size;

  for (guint i = 0; i < ids->len; i++)
    if (!pz_model_folder_read_token (context->model, g_array_index (ids, guint, i),
                                     rows + (gsize) i * width, error))
      return FALSE;
  return TRUE;
}

PzNoise
pz_learner_start_noise (const PzLearnContext *context)
{
  PzNoise noise;

  pz_noise_init (&noise, pz_learn_seed (context->params->seed, G_MAXUINT64, 0));
  return noise;
}

void
pz_learner_shape_words (const PzLearnContext *context, PzTrained *trained)
{
  trained->n_dims = 2;
  trained->dims[0] = context->params->vectors;
  trained->dims[1] = context->model->text.hidden_size;
  trained->n = (gsize) trained->dims[0] * trained->dims[1];
  trained->n_words = trained->dims[0];
}

gboolean
pz_trained_row_moves (const PzTrained *trained, guint row)
{
  const gsize width = trained->n / trained->dims[0];
  const float *values = trained->start + row * width;

  for (gsize i = 0; i < width; i++)
    if (values[i] != 0.0f)
      return TRUE;
  return FALSE;
}

/* ---- the text encoder ---- */

static PzProgram *
encoder_new (const PzLearnContext *context, guint n, GError **error)
{
  const PzTextConfig *text = &context->model->text;
  const PzWeightSource source = { "", context->model->text_weights };
  g_autoptr (PzGraph) graph = pz_model_graph_new (context->model, context->activation);
  const PzTextInputs inputs = {
    .ids =
      pz_graph_input (graph, "ids", PZ_I32, 2, (guint[]) { 1, text->max_position_embeddings }),
    .extra = pz_graph_input (graph, "extra", PZ_F32, 2, (guint[]) { n, text->hidden_size }),
  };
  PzTensor *encoded = pz_text_encoder (graph, text, &inputs);

  pz_graph_output (graph, pz_cast (graph, pz_slice (graph, encoded, 1, 1, n), PZ_F32),
                   "encoded");
  if (!pz_weights_bind (graph, &source, 1, context->gpu,
                        &(PzWeightParams) { .cancellable = context->cancellable }, error))
    return NULL;
  return pz_program_new (context->gpu, graph,
                         &(PzRunParams) { .cancellable = context->cancellable }, error);
}

gboolean
pz_learner_encode_rows (const PzLearnContext *context,
                        guint n,
                        const float *rows,
                        float *encoded,
                        GError **error)
{
  const PzTextConfig *text = &context->model->text;
  const PzTokenizer *tokenizer = context->model->tokenizer;
  const gsize n_values = (gsize) n * text->hidden_size;
  const guint n_ids = text->max_position_embeddings;
  g_autofree gint32 *ids = g_new (gint32, n_ids);
  g_autoptr (PzProgram) program = encoder_new (context, n, error);

  if (program == NULL)
    return FALSE;
  for (guint i = 0; i < n_ids; i++)
    ids[i] = (gint32) pz_tokenizer_get_pad (tokenizer);
  ids[0] = (gint32) pz_tokenizer_get_begin (tokenizer);
  for (guint i = 0; i < n; i++)
    ids[1 + i] = (gint32) (text->vocab_size + i);
  ids[1 + n] = (gint32) pz_tokenizer_get_end (tokenizer);
  return pz_storage_write (pz_program_get_storage (program, "ids"), 0, ids, n_ids * sizeof *ids,
                           context->cancellable, error)
         && pz_storage_write_f32 (pz_program_get_storage (program, "extra"), rows, n_values,
                                  error)
         && pz_program_run (program, &(PzRunParams) { .cancellable = context->cancellable },
                            error)
         && pz_storage_read_f32 (pz_program_get_storage (program, "encoded"), encoded, n_values,
                                 error);
}
