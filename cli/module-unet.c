/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/module-unet.h"

#include "models/nets/unet.h"
#include "models/params.h"

/* "timestep", one number for all or one for each element of the batch, as the sinusoidal features that the network takes. */
static PzTensor *
take_timestep (PzModuleIo *io, const PzUnetConfig *config, guint batch)
{
  guint width = config->block_out_channels[0];
  g_autofree float *timesteps = pz_module_io_numbers (io, "timestep", batch);

  if (timesteps == NULL)
    return NULL;
  float *features = g_new (float, (gsize) batch *width);
  for (guint i = 0; i < batch; i++)
    pz_unet_timestep_features (config, (double) timesteps[i], features + (gsize) i * width);
  return pz_module_io_made (io, "timestep", 2, (guint[]) { batch, width }, features);
}

/* A fidelity, one number for all or one for each element of the batch; PZ_DEFAULT_FIDELITY if the file has none. */
static PzTensor *
take_fidelity (PzModuleIo *io, const char *name, guint batch)
{
  float *strength;

  if (pz_module_io_has (io, name))
    strength = pz_module_io_numbers (io, name, batch);
  else
    {
      strength = g_new (float, batch);
      for (guint i = 0; i < batch; i++)
        strength[i] = (float) PZ_DEFAULT_FIDELITY;
    }
  return strength != NULL ? pz_module_io_made (io, name, 1, &batch, strength) : NULL;
}

/* Concept n consists of "local", "placeholder_index" and "fidelity", from the second on with the suffix "_2", "_3", ... FALSE
 * if the file has no such concept. */
static gboolean
take_concept (PzModuleIo *io,
              const PzUnetConfig *config,
              guint n,
              const PzTensor *context,
              PzKeyValue kv[],
              PzUnetConcept *concept)
{
  g_autofree char *tail = n == 0 ? g_strdup ("") : g_strdup_printf ("_%u", n + 1);
  g_autofree char *local_name = g_strconcat ("local", tail, NULL);
  g_autofree char *column_name = g_strconcat ("placeholder_index", tail, NULL);
  g_autofree char *strength_name = g_strconcat ("fidelity", tail, NULL);
  guint batch = context->dims[0];

  if (!pz_module_io_has (io, local_name))
    return FALSE;
  PzTensor *local = pz_module_io_tokens (io, local_name, 3,
                                         (guint[]) { batch, 0, config->cross_attention_dim });
  concept->column = pz_module_io_ids (io, column_name, 1, &batch, context->dims[1]);
  concept->strength = take_fidelity (io, strength_name, batch);
  pz_unet_context (pz_module_io_get_graph (io), config, local, PZ_KEYS_LOCAL, kv);
  concept->kv = kv;
  return TRUE;
}

/* Image n consists of "image" and "scale", from the second on with the suffix "_2", "_3", ... All images use the same
 * IP-Adapter. FALSE if the file has no such image. */
static gboolean
take_image (PzModuleIo *io,
            const PzUnetConfig *config,
            guint n,
            guint batch,
            PzKeyValue kv[],
            PzUnetImage *image)
{
  PzGraph *graph = pz_module_io_get_graph (io);
  g_autofree char *tail = n == 0 ? g_strdup ("") : g_strdup_printf ("_%u", n + 1);
  g_autofree char *tokens_name = g_strconcat ("image", tail, NULL);
  g_autofree char *scale_name = g_strconcat ("scale", tail, NULL);

  if (!pz_module_io_has (io, tokens_name))
    return FALSE;
  PzTensor *tokens = pz_module_io_tokens (io, tokens_name, 3,
                                          (guint[]) { batch, 0, config->cross_attention_dim });
  image->strength = take_fidelity (io, scale_name, batch);
  pz_graph_push (graph, "ip");
  pz_unet_context (graph, config, tokens, PZ_KEYS_IMAGE, kv);
  pz_graph_pop (graph);
  image->kv = kv;
  return TRUE;
}

static gboolean
wants_tuned_keys (PzModuleIo *io, gboolean has_concept)
{
  gboolean tuned = has_concept;

  if (pz_module_io_has (io, "kv_elite"))
    {
      g_autofree float *flag = pz_module_io_numbers (io, "kv_elite", 1);
      tuned = flag != NULL && flag[0] != 0.0f;
    }
  return tuned;
}

void
pz_module_build_unet (PzModuleIo *io, const PzModelFolder *model)
{
  const PzUnetConfig *config = &model->unet;
  PzGraph *graph = pz_module_io_get_graph (io);
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  g_autofree PzKeyValue *local_kv = g_new0 (PzKeyValue, PZ_MAX_CONCEPTS * PZ_UNET_MAX_SITES);
  g_autofree PzKeyValue *image_kv = g_new0 (PzKeyValue, PZ_MAX_CONCEPTS * PZ_UNET_MAX_SITES);
  PzUnetConcept concepts[PZ_MAX_CONCEPTS] = { 0 };
  PzUnetImage images[PZ_MAX_CONCEPTS] = { 0 };
  PzUnetInputs inputs = { .context = kv, .concepts = concepts, .images = images };

  inputs.sample = pz_module_io_picture (io, "sample", config->in_channels);
  if (inputs.sample == NULL)
    return;
  guint batch = inputs.sample->dims[0];
  PzTensor *context = pz_module_io_tokens (io, "encoder_hidden_states", 3,
                                           (guint[]) { batch, 0, config->cross_attention_dim });
  inputs.timestep = take_timestep (io, config, batch);
  if (pz_module_io_has (io, "timestep_cond"))
    inputs.guidance = pz_module_io_tokens (io, "timestep_cond", 2,
                                           (guint[]) { batch, config->time_cond_proj_dim });
  if (context == NULL)
    return;
  while (inputs.n_concepts < PZ_MAX_CONCEPTS
         && take_concept (io, config, inputs.n_concepts, context,
                          local_kv + inputs.n_concepts * PZ_UNET_MAX_SITES,
                          &concepts[inputs.n_concepts]))
    inputs.n_concepts++;
  while (inputs.n_images < PZ_MAX_CONCEPTS
         && take_image (io, config, inputs.n_images, batch,
                        image_kv + inputs.n_images * PZ_UNET_MAX_SITES,
                        &images[inputs.n_images]))
    inputs.n_images++;
  pz_unet_context (graph, config, context,
                   wants_tuned_keys (io, inputs.n_concepts > 0) ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN,
                   kv);
  pz_module_io_result_picture (io, pz_unet (graph, config, &inputs), "sample");
}

void
pz_module_build_ip_adapter (PzModuleIo *io, const PzImagePromptConfig *config)
{
  PzTensor *features =
    config->kind == PZ_IMAGE_PROMPT_PLUS
      ? pz_module_io_tokens (io, "features", 3, (guint[]) { 0, 0, config->embed_dim })
      : pz_module_io_tokens (io, "features", 2, (guint[]) { 0, config->embed_dim });

  pz_graph_push (pz_module_io_get_graph (io), "ip");
  PzTensor *tokens = pz_image_prompt (pz_module_io_get_graph (io), config, features);
  pz_graph_pop (pz_module_io_get_graph (io));
  pz_module_io_result (io, tokens, "tokens");
}
