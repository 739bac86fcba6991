/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-networks.h"

#include "models/nets/image-encoder.h"
#include "models/nets/mapper.h"
#include "models/nets/subject-finder.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"

#define TEXT "text_encoder."
#define VISION "image_encoder."
#define UNET "unet."
#define VAE "vae."
#define MAPPERS "elite."
#define FINDER "subject_finder."

static gboolean
has (const PzModelFolder *folder, guint parts)
{
  return (folder->parts & parts) == parts;
}

/* ---- networks at the smallest sizes that request every weight ---- */

static void
build_text_encoder (PzGraph *graph, const PzModelFolder *folder, guint chosen)
{
  PzTensor *ids = pz_graph_input (graph, TEXT "ids", PZ_I32, 2, (guint[]) { 1, 2 });

  (void) chosen;
  pz_text_encoder (graph, &folder->text, &(PzTextInputs) { .ids = ids });
}

static void
build_image_encoder (PzGraph *graph, const PzModelFolder *folder, guint chosen)
{
  guint side = folder->vision.image_size;
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, folder->vision.num_hidden_layers + 1);
  PzTensor *pixels =
    pz_graph_input (graph, VISION "pixels", PZ_F32, 4, (guint[]) { 1, side, side, 3 });

  (void) chosen;
  pz_image_encoder (graph, &folder->vision, pixels, hidden);
}

static void
build_unet (PzGraph *graph, const PzModelFolder *folder, guint chosen)
{
  const PzUnetConfig *config = &folder->unet;
  guint side = pz_unet_config_multiple (config);
  guint embedding = config->time_cond_proj_dim;
  PzUnetInputs inputs = { 0 };
  g_autofree PzKeyValue *kv = g_new0 (PzKeyValue, PZ_UNET_MAX_SITES);
  PzTensor *context = pz_graph_input (graph, UNET "context", PZ_F32, 3,
                                      (guint[]) { 1, 2, config->cross_attention_dim });

  pz_unet_context (graph, config, context, PZ_KEYS_OWN, kv);
  if ((chosen & PZ_PART_GLOBAL_MAPPER) != 0)
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
  if ((chosen & PZ_PART_LOCAL_MAPPER) != 0)
    pz_unet_context (graph, config, context, PZ_KEYS_LOCAL, kv);
}

static void
build_vae (PzGraph *graph, const PzModelFolder *folder, guint chosen)
{
  const PzAutoencoder *vae = &folder->vae;
  const guint side = vae->decodes_only ? 1 : vae->factor;
  PzTensor *moments;
  PzTensor *input =
    pz_graph_input (graph, VAE "input", PZ_F32, 4,
                    (guint[]) { 1, side, side,
                                vae->decodes_only ? vae->latent_channels : vae->in_channels });

  (void) chosen;
  if (!vae->decodes_only)
    input = pz_autoencoder_encoder (graph, vae, input, &moments);
  pz_autoencoder_decoder (graph, vae, input);
}

static void
build_mappers (PzGraph *graph, const PzModelFolder *folder, guint chosen)
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
  if ((chosen & PZ_PART_GLOBAL_MAPPER) != 0)
    pz_global_mapper (graph, config, features);
  if ((chosen & PZ_PART_LOCAL_MAPPER) != 0)
    pz_local_mapper (graph, config, features, mask);
}

static void
build_subject_finder (PzGraph *graph, const PzModelFolder *folder, guint chosen)
{
  const PzSubjectFinderConfig *config = &folder->subject_finder;
  const guint side = config->sample_size;

  (void) chosen;
  pz_subject_finder (graph, config,
                     pz_graph_input (graph, FINDER "picture", PZ_F32, 4,
                                     (guint[]) { 1, side, side, config->in_channels }));
}

static const struct
{
  guint part;
  const char *scope;
  void (*build) (PzGraph *graph, const PzModelFolder *folder, guint chosen);
} networks[] = {
  { PZ_PART_TEXT_ENCODER, "text_encoder", build_text_encoder },
  { PZ_PART_IMAGE_ENCODER, "image_encoder", build_image_encoder },
  { PZ_PART_UNET, "unet", build_unet },
  { PZ_PART_VAE, "vae", build_vae },
  { PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER, "elite", build_mappers },
  { PZ_PART_SUBJECT_FINDER, "subject_finder", build_subject_finder },
};

void
pz_model_networks_build (const PzModelFolder *folder, guint chosen, PzGraph *graph)
{
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      if (!has (folder, networks[i].part) || (networks[i].part & chosen) == 0)
        continue;
      pz_graph_push (graph, "%s", networks[i].scope);
      networks[i].build (graph, folder, chosen & folder->parts);
      pz_graph_pop (graph);
    }
}

guint
pz_model_networks_sources (const PzModelFolder *folder,
                           PzWeightSource sources[PZ_MODEL_MAX_SOURCES])
{
  const PzWeightSource all[PZ_MODEL_MAX_SOURCES] = {
    { TEXT, folder->text_weights },
    { VISION, folder->vision_weights },
    { UNET, folder->unet_weights },
    { UNET "global/", folder->global_mapper_weights },
    { UNET "local/", folder->local_mapper_weights },
    { VAE, folder->vae_weights },
    { MAPPERS "global/", folder->global_mapper_weights },
    { MAPPERS "local/", folder->local_mapper_weights },
    { FINDER, folder->subject_finder_weights },
  };
  guint n = 0;

  for (guint i = 0; i < PZ_MODEL_MAX_SOURCES; i++)
    if (all[i].weights != NULL)
      sources[n++] = all[i];
  return n;
}

PzGraph *
pz_model_graph_new (const PzModelFolder *model, PzDtype activation)
{
  PzGraph *graph = pz_graph_new (activation);

  if (model->packs_weights)
    pz_graph_pack_weights (graph);
  return graph;
}
