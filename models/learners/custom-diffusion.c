/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Custom Diffusion (Kumari et al., 2023; as in diffusers' example): the key and value weights of all cross attentions, and one
 * word for each thing (methods: Custom Diffusion).
 */
#include <string.h>

#include "models/learners/learners.h"
#include "models/nets/unet.h"

#define RATE 4e-5 /* with pictures of the class */

/* Tokens of CLIP's vocabulary without a meaning, one for each thing. They are not at the end of a word: "ktn" as a complete
 * word would be two tokens. */
static const char *const rare_pieces[PZ_LEARN_MAX_THINGS] = { "ktn", "pll", "ucd" };

static gboolean
find_piece (const PzTokenizer *tokenizer, const char *piece, guint *id)
{
  for (*id = 0; *id < pz_tokenizer_get_vocab_size (tokenizer); *id += 1)
    if (g_strcmp0 (pz_tokenizer_get_token (tokenizer, *id), piece) == 0)
      return TRUE;
  return FALSE;
}

/* The initial token of a thing's word: the rare piece, or the class word if the vocabulary does not have it. */
static gboolean
find_start (const PzLearnContext *context, guint thing, guint *id, GError **error)
{
  const char *class_word = pz_learner_thing (context->params, thing).class_word;
  g_autoptr (GArray) ids = NULL;

  if (class_word == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "class word: expected a word for what thing %u is, found none", thing + 1);
      return FALSE;
    }
  if (find_piece (context->model->tokenizer, rare_pieces[thing], id))
    return TRUE;
  ids = pz_learner_words (context, "class word", class_word, 1, error);
  if (ids == NULL)
    return FALSE;
  *id = g_array_index (ids, guint, 0);
  return TRUE;
}

/* The tokens that --init names, else the initial tokens of all things. (transfer full) */
static GArray *
list_starts (const PzLearnContext *context, GError **error)
{
  const PzLearnParams *params = context->params;
  const guint n = pz_learner_n_things (params);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  if (params->init != NULL)
    return pz_learner_words (context, "init", params->init, n, error);
  for (guint i = 0; i < n; i++)
    {
      guint id;

      if (!find_start (context, i, &id, error))
        return NULL;
      g_array_append_val (ids, id);
    }
  return g_steal_pointer (&ids);
}

static gboolean
check (const PzLearnContext *context, GError **error)
{
  g_autoptr (GArray) ids = list_starts (context, error);

  return ids != NULL;
}

static void
shape (const PzLearnContext *context, PzTrained *trained)
{
  static const char *const which[] = { "to_k.weight", "to_v.weight" };
  const PzUnetConfig *unet = &context->model->unet;
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  const guint n_sites = pz_unet_sites (unet, sites);

  trained->n_words = pz_learner_n_things (context->params);
  trained->n = (gsize) trained->n_words * context->model->text.hidden_size;
  for (guint i = 0; i < n_sites; i++)
    for (guint j = 0; j < G_N_ELEMENTS (which); j++)
      pz_trained_add_part (trained,
                           (PzTrainedPart) {
                             .name = g_strdup_printf ("%s.%s", sites[i].name, which[j]),
                             .out = sites[i].width,
                             .in = unet->cross_attention_dim,
                           });
}

static gboolean
read_part (const PzLearnContext *context, const PzTrainedPart *part, float *to, GError **error)
{
  PzWeights *weights = context->model->unet_weights;
  const PzFileTensor *tensor = pz_weights_lookup (weights, part->name);
  const gsize n = (gsize) part->out * part->in;

  if (tensor != NULL && tensor->n_elements == n)
    return pz_tensor_file_read_f32 (pz_weights_get_file (weights), tensor, 0, n, to, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: expected [%u, %u], found %s",
               pz_weights_get_path (weights), part->name, part->out, part->in,
               tensor != NULL ? "another shape" : "none");
  return FALSE;
}

static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  g_autoptr (GArray) ids = list_starts (context, error);

  if (ids == NULL || !pz_learner_read_tokens (context, ids, trained->start, error))
    return FALSE;
  for (guint i = 0; i < trained->parts->len; i++)
    {
      const PzTrainedPart *part = &g_array_index (trained->parts, PzTrainedPart, i);

      if (!read_part (context, part, trained->start + part->offset, error))
        return FALSE;
    }
  return TRUE;
}

/* Without pictures of the class the authors' rate is half as large (methods: Custom Diffusion). */
static gboolean
default_rate (const PzLearnContext *context, double *rate, GError **error)
{
  (void) error;
  *rate = context->params->prior > 0 ? RATE : RATE / 2;
  return TRUE;
}

const PzLearner pz_learner_custom_diffusion = {
  .method = {
    .name = "custom-diffusion",
    .title = "Custom Diffusion",
    .about = "a word, and the keys and values of all cross attentions; up to 3 things at once",
    .trains = PZ_TRAINS_WEIGHTS,
    .batch = 2,
    .steps = 250,
    .rate = RATE,
    .max_things = PZ_LEARN_MAX_THINGS,
    .takes_init = TRUE,
    .zooms = TRUE,
    .takes_prior = TRUE,
    .prior = 200,
  },
  .check = check,
  .shape = shape,
  .start = start,
  .default_rate = default_rate,
  .max_norm = 1.0,
  .caption = "photo of a {}",
  .prior_caption = "photo of a {}",
  .names_class = TRUE,
  .keeps_sides = TRUE,
  .sums_channels = TRUE,
};
