/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DreamBooth (Ruiz et al., 2023) with LoRA (Hu et al., 2021; as in diffusers' example): products of two narrow matrices are
 * added to the projections of all attentions, for an existing word (methods: DreamBooth).
 */
#include <string.h>

#include "models/learners/learners.h"
#include "models/nets/unet.h"


static gboolean
check (const PzLearnContext *context, GError **error)
{
  if (context->params->class_word != NULL)
    return TRUE;
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "class word: expected a word for what the thing is, found none; it "
                       "stands behind the name in prompts");
  return FALSE;
}

/* The four projections of one attention; `path` ends in a dot. */
static void
add_attention (PzTrained *trained,
               const char *path,
               const char *const names[4],
               guint width,
               guint context_width,
               gboolean is_text,
               guint rank)
{
  /* Queries, keys, values, output. */
  const guint ins[] = { width, context_width, context_width, width };

  for (guint i = 0; i < G_N_ELEMENTS (ins); i++)
    pz_trained_add_part (trained, (PzTrainedPart) {
                                    .name = g_strdup_printf ("%s%s.weight", path, names[i]),
                                    .is_text = is_text,
                                    .out = width,
                                    .in = ins[i],
                                    .rank = rank,
                                  });
}

static void
add_unet (PzTrained *trained, const PzUnetConfig *unet, guint rank)
{
  static const char *const names[] = { "to_q", "to_k", "to_v", "to_out.0" };
  static const char cross[] = "attn2";
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  const guint n_sites = pz_unet_sites (unet, sites);

  for (guint i = 0; i < n_sites; i++)
    {
      const gsize length = strlen (sites[i].name) - strlen (cross);
      g_autofree char *own = g_strdup_printf ("%.*sattn1.", (int) length, sites[i].name);
      g_autofree char *other = g_strdup_printf ("%s.", sites[i].name);

      add_attention (trained, own, names, sites[i].width, sites[i].width, FALSE, rank);
      add_attention (trained, other, names, sites[i].width, unet->cross_attention_dim, FALSE,
                     rank);
    }
}

static void
add_text (PzTrained *trained, const PzTextConfig *text, guint rank)
{
  static const char *const names[] = { "q_proj", "k_proj", "v_proj", "out_proj" };

  for (guint i = 0; i < text->num_hidden_layers; i++)
    {
      g_autofree char *path = g_strdup_printf ("text_model.encoder.layers.%u.self_attn.", i);

      add_attention (trained, path, names, text->hidden_size, text->hidden_size, TRUE, rank);
    }
}

static void
shape (const PzLearnContext *context, PzTrained *trained)
{
  const PzLearnParams *params = context->params;

  add_unet (trained, &context->model->unet, params->rank);
  if (params->text_encoder)
    add_text (trained, &context->model->text, params->rank);
  trained->scale = params->alpha / params->rank;
}

/* down: normal values with a standard deviation of 1 / rank; up: zeros, so that nothing changes at first. */
static gboolean
start (const PzLearnContext *context, PzTrained *trained, GError **error)
{
  PzNoise noise = pz_learner_start_noise (context);

  (void) error;
  for (guint i = 0; i < trained->parts->len; i++)
    {
      const PzTrainedPart *part = &g_array_index (trained->parts, PzTrainedPart, i);
      const gsize n = (gsize) part->rank * part->in;
      float *down = trained->start + part->offset + (gsize) part->out * part->rank;

      pz_noise_normal (&noise, n, down);
      for (gsize j = 0; j < n; j++)
        down[j] /= (float) part->rank;
    }
  return TRUE;
}

const PzLearner pz_learner_dreambooth_lora = {
  .method = {
    .name = "dreambooth-lora",
    .title = "DreamBooth with LoRA",
    .about = "a LoRA for all attentions, used by a name in front of the class word",
    .trains = PZ_TRAINS_LORA,
    .batch = 1,
    .steps = 500,
    .rate = 1e-4,
    .takes_prior = TRUE,
    .rank = 4,
  },
  .check = check,
  .shape = shape,
  .start = start,
  .max_norm = 1.0,
  .caption = "a photo of {}",
  .prior_caption = "a photo of {}",
  .keeps_sides = TRUE,
};
