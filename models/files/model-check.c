/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All networks go into one graph, each under a prefix of its own, so that one look names every
 * misfit.
 */
#include "models/files/model-check.h"

#include "models/files/unsupported.h"
#include "models/nets/image-encoder.h"
#include "models/nets/mapper.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"

#define TEXT "text_encoder."
#define VISION "image_encoder."
#define UNET "unet."
#define VAE "vae."
#define MAPPERS "elite."

static gboolean
has (const PzModelFolder *folder, guint parts)
{
  return (folder->parts & parts) == parts;
}

/* ---- networks at the smallest sizes that ask for every weight ---- */

static void
build_text_encoder (PzGraph *graph, const PzModelFolder *folder)
{
  PzTensor *ids = pz_graph_input (graph, TEXT "ids", PZ_I32, 2, (guint[]) { 1, 2 });

  pz_text_encoder (graph, &folder->text, &(PzTextInputs) { .ids = ids });
}

static void
build_image_encoder (PzGraph *graph, const PzModelFolder *folder)
{
  guint side = folder->vision.image_size;
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, folder->vision.num_hidden_layers + 1);
  PzTensor *pixels =
    pz_graph_input (graph, VISION "pixels", PZ_F32, 4, (guint[]) { 1, side, side, 3 });

  pz_image_encoder (graph, &folder->vision, pixels, hidden);
}

static void
build_unet (PzGraph *graph, const PzModelFolder *folder)
{
  const PzUnetConfig *config = &folder->unet;
  guint side = pz_unet_config_multiple (config);
  guint embedding = config->time_cond_proj_dim;
  PzUnetInputs inputs = { 0 };
  g_autofree PzKeyValue *kv = g_new0 (PzKeyValue, PZ_UNET_MAX_SITES);
  PzTensor *context = pz_graph_input (graph, UNET "context", PZ_F32, 3,
                                      (guint[]) { 1, 2, config->cross_attention_dim });

  pz_unet_context (graph, config, context, PZ_KEYS_OWN, kv);
  if (has (folder, PZ_PART_GLOBAL_MAPPER))
    pz_unet_context (graph, config, context, PZ_KEYS_GLOBAL, kv);
  inputs.context = kv;
  inputs.sample = pz_graph_input (graph, UNET "sample", PZ_F32, 4,
                                  (guint[]) { 1, side, side, config->in_channels });
  inputs.timestep = pz_graph_input (graph, UNET "timestep", PZ_F32, 2,
                                    (guint[]) { 1, config->block_out_channels[0] });
  if (embedding > 0)
    inputs.guidance =
      pz_graph_input (graph, UNET "guidance", PZ_F32, 2, (guint[]) { 1, embedding });
  pz_unet (graph, config, &inputs);
  if (has (folder, PZ_PART_LOCAL_MAPPER))
    pz_unet_context (graph, config, context, PZ_KEYS_LOCAL, kv);
}

static void
build_vae (PzGraph *graph, const PzModelFolder *folder)
{
  const PzAutoencoder *vae = &folder->vae;
  PzTensor *moments;
  PzTensor *image =
    pz_graph_input (graph, VAE "image", PZ_F32, 4,
                    (guint[]) { 1, vae->factor, vae->factor, vae->in_channels });

  pz_autoencoder_decoder (graph, vae, pz_autoencoder_encoder (graph, vae, image, &moments));
}

static void
build_mappers (PzGraph *graph, const PzModelFolder *folder)
{
  const PzMapperConfig *config = &folder->mapper;
  guint width = config->hidden_size;
  PzTensor *features[PZ_MAPPER_FEATURES];
  PzTensor *mask = pz_graph_input (graph, MAPPERS "mask", PZ_F32, 2, (guint[]) { 1, 4 });

  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      g_autofree char *name = g_strdup_printf (MAPPERS "feature_%u", i);

      features[i] = pz_graph_input (graph, name, pz_graph_get_activation (graph), 3,
                                    (guint[]) { 1, 5, width });
    }
  if (has (folder, PZ_PART_GLOBAL_MAPPER))
    pz_global_mapper (graph, config, features);
  if (has (folder, PZ_PART_LOCAL_MAPPER))
    pz_local_mapper (graph, config, features, mask);
}

static const struct
{
  guint part;
  const char *scope;
  void (*build) (PzGraph *graph, const PzModelFolder *folder);
} networks[] = {
  { PZ_PART_TEXT_ENCODER, "text_encoder", build_text_encoder },
  { PZ_PART_IMAGE_ENCODER, "image_encoder", build_image_encoder },
  { PZ_PART_UNET, "unet", build_unet },
  { PZ_PART_VAE, "vae", build_vae },
  { PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER, "elite", build_mappers },
};

static gboolean
check_weights (const PzModelFolder *folder, GError **error)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  const PzWeightSource all[] = {
    { TEXT, folder->text_weights },
    { VISION, folder->vision_weights },
    { UNET, folder->unet_weights },
    { UNET "global/", folder->global_mapper_weights },
    { UNET "local/", folder->local_mapper_weights },
    { VAE, folder->vae_weights },
    { MAPPERS "global/", folder->global_mapper_weights },
    { MAPPERS "local/", folder->local_mapper_weights },
  };
  PzWeightSource sources[G_N_ELEMENTS (all)];
  guint n_sources = 0;

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      if (!has (folder, networks[i].part))
        continue;
      pz_graph_push (graph, "%s", networks[i].scope);
      networks[i].build (graph, folder);
      pz_graph_pop (graph);
    }
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i].weights != NULL)
      sources[n_sources++] = all[i];
  return pz_graph_check (graph, error) && pz_weights_check (graph, sources, n_sources, error);
}

/* ---- one part against another ---- */

static gboolean
check_equal (const PzModelFolder *folder,
             guint parts,
             const char *what,
             guint expected,
             guint found,
             GError **error)
{
  if (!has (folder, parts) || expected == found)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: expected %u, found %u",
               folder->path, what, expected, found);
  return FALSE;
}

static gboolean
check_channels (const PzModelFolder *folder, GError **error)
{
  return !has (folder, PZ_PART_UNET | PZ_PART_VAE)
         || pz_supported_channels (folder->path, folder->unet.in_channels,
                                   folder->unet.out_channels, folder->vae.latent_channels,
                                   error);
}

static gboolean
check_vocabulary (const PzModelFolder *folder, GError **error)
{
  guint n_words;

  if (!has (folder, PZ_PART_TOKENIZER | PZ_PART_TEXT_ENCODER))
    return TRUE;
  n_words = pz_tokenizer_get_vocab_size (folder->tokenizer);
  if (n_words <= folder->text.vocab_size)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: the text encoder knows %u tokens, but the tokenizer makes %u", folder->path,
               folder->text.vocab_size, n_words);
  return FALSE;
}

gboolean
pz_model_check (const PzModelFolder *folder, GError **error)
{
  return check_weights (folder, error) && check_channels (folder, error)
         && check_vocabulary (folder, error)
         && check_equal (folder, PZ_PART_TEXT_ENCODER | PZ_PART_UNET,
                         "width of the text encoder (hidden_size) for this U-Net",
                         folder->unet.cross_attention_dim, folder->text.hidden_size, error);
}
