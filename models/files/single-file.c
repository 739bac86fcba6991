/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/single-file.h"

#include <string.h>

#include "models/files/unsupported.h"

#define LAYERS_PER_BLOCK 2
#define LEVELS 4 /* the decoder's blocks are numbered downwards from it */
#define HEAD_DIM 64 /* of both text towers, and of the U-Net of 2.x */
#define UNET_HEADS 8 /* of the U-Net of 1.x, at every level */
#define GROUPS 32
#define SCALING_FACTOR 0.18215f

/* ---- reading shapes ---- */

G_GNUC_PRINTF (2, 3)
static const PzFileTensor *
find (PzWeights *weights, const char *format, ...)
{
  g_autofree char *name = NULL;
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);
  return pz_weights_lookup (weights, name);
}

/* 0 if there is no such tensor or axis, or if the number is too large. */
static guint
size_of (const PzFileTensor *tensor, guint axis)
{
  if (tensor == NULL || axis >= tensor->n_dims || tensor->dims[axis] > G_MAXINT)
    return 0;
  return (guint) tensor->dims[axis];
}

static gboolean
is_vae_map (const PzKeyMap *map)
{
  return map == &pz_key_map_vae_alone || map == &pz_key_map_ldm_vae;
}

/* A VAE may be a separate file, with or without the prefix that it has in a whole model. */
static gboolean
is_supported (const PzTensorFile *file, const PzKeyMap *map, GError **error)
{
  return (is_vae_map (map) && !pz_is_whole_model (file)) || pz_supported_file (file, error);
}

/* Opens the network that has the tensor `mark`. NULL with an error if the file is not supported and is not a separate VAE, or
 * if it lacks that tensor. */
static PzWeights *
open_part (PzTensorFile *file,
           const PzKeyMap *map,
           const char *mark,
           const char *what,
           GError **error)
{
  g_autoptr (PzWeights) weights = pz_weights_new (file, map);
  g_autofree char *key = pz_key_map_name (map, mark);

  if (!is_supported (file, map, error))
    return NULL;
  if (pz_weights_lookup (weights, mark) != NULL)
    return g_steal_pointer (&weights);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: expected %s (%s), found none",
               pz_tensor_file_get_path (file), what, key);
  return NULL;
}

/* ---- the text tower: CLIP in 1.x, OpenCLIP in 2.x ---- */

#define TOKENS "text_model.embeddings.token_embedding.weight"

typedef struct
{
  const PzKeyMap *map;
  PzHiddenAct act;
  guint unused; /* last layers that Stable Diffusion does not use */
  const char *pad;
} Tower;

static const Tower towers[] = {
  { &pz_key_map_ldm_open_clip, PZ_GELU, 1, "!" },
  { &pz_key_map_ldm_clip, PZ_QUICK_GELU, 0, NULL },
};

static guint
count_layers (PzWeights *weights)
{
  guint n = 0;

  while (find (weights, "text_model.encoder.layers.%u.mlp.fc1.weight", n) != NULL)
    n++;
  return n;
}

void
pz_text_tower_measure (PzWeights *weights, guint hidden_act, PzTextConfig *config)
{
  const PzFileTensor *tokens = find (weights, TOKENS);

  *config = (PzTextConfig) {
    .vocab_size = size_of (tokens, 0),
    .hidden_size = size_of (tokens, 1),
    .intermediate_size =
      size_of (find (weights, "text_model.encoder.layers.0.mlp.fc1.weight"), 0),
    .num_hidden_layers = count_layers (weights),
    .num_attention_heads = MAX (size_of (tokens, 1) / HEAD_DIM, 1),
    .max_position_embeddings =
      size_of (find (weights, "text_model.embeddings.position_embedding.weight"), 0),
    .hidden_act = hidden_act,
    .layer_norm_eps = 1e-5f,
  };
}

gboolean
pz_single_file_text (PzTensorFile *file,
                     PzTextConfig *config,
                     PzWeights **weights,
                     GError **error)
{
  const Tower *tower = towers;
  g_autoptr (PzWeights) found = NULL;

  /* If none matches, the last one sets the error. */
  for (guint i = 0; i < G_N_ELEMENTS (towers) && found == NULL; i++)
    {
      tower = &towers[i];
      found = open_part (file, tower->map, TOKENS, "a text encoder",
                         i + 1 < G_N_ELEMENTS (towers) ? NULL : error);
    }
  if (found == NULL)
    return FALSE;
  pz_text_tower_measure (found, tower->act, config);
  config->num_hidden_layers -= MIN (config->num_hidden_layers, tower->unused);
  *weights = g_steal_pointer (&found);
  return pz_text_config_check (pz_tensor_file_get_path (file), config, error);
}

const char *
pz_single_file_pad (const PzTextConfig *config)
{
  for (guint i = 0; i < G_N_ELEMENTS (towers); i++)
    if (towers[i].act == config->hidden_act)
      return towers[i].pad;
  return NULL;
}

/* ---- the U-Net ---- */

/* Block types and widths of each level. */
static void
read_levels (PzWeights *weights, PzUnetConfig *config)
{
  for (guint i = 0; i < LEVELS; i++)
    {
      gboolean attends =
        find (weights, "down_blocks.%u.attentions.0.proj_in.weight", i) != NULL;
      guint block = attends ? PZ_BLOCK_CROSS_ATTN : PZ_BLOCK_PLAIN;

      config->block_out_channels[i] =
        size_of (find (weights, "down_blocks.%u.resnets.0.conv1.weight", i), 0);
      config->down_block_types[i] = block;
      config->up_block_types[LEVELS - 1 - i] = block;
    }
  config->n_block_out_channels = LEVELS;
  config->n_down_block_types = LEVELS;
  config->n_up_block_types = LEVELS;
}

/* 2.x has matrices as projections, and all of its heads have the same width. */
static void
read_heads (PzWeights *weights, PzUnetConfig *config)
{
  const PzFileTensor *project = find (weights, "mid_block.attentions.0.proj_in.weight");

  config->use_linear_projection = project != NULL && project->n_dims == 2;
  config->n_attention_head_dim = config->use_linear_projection ? LEVELS : 1;
  config->attention_head_dim[0] = UNET_HEADS;
  for (guint i = 0; config->use_linear_projection && i < LEVELS; i++)
    config->attention_head_dim[i] = MAX (config->block_out_channels[i] / HEAD_DIM, 1);
}

gboolean
pz_single_file_unet (PzTensorFile *file,
                     PzUnetConfig *config,
                     PzWeights **weights,
                     GError **error)
{
  g_autoptr (PzWeights) found =
    open_part (file, &pz_key_map_ldm_unet, "conv_in.weight", "a U-Net", error);
  const char *keys = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight";

  if (found == NULL)
    return FALSE;
  *config = (PzUnetConfig) {
    .in_channels = size_of (find (found, "conv_in.weight"), 1),
    .out_channels = size_of (find (found, "conv_out.weight"), 0),
    .sample_size = { 64 },
    .n_sample_size = 1,
    .layers_per_block = LAYERS_PER_BLOCK,
    .cross_attention_dim = size_of (find (found, "%s", keys), 1),
    .norm_num_groups = GROUPS,
    .norm_eps = 1e-5f,
    .time_cond_proj_dim = size_of (find (found, "time_embedding.cond_proj.weight"), 1),
    .flip_sin_to_cos = TRUE,
  };
  read_levels (found, config);
  read_heads (found, config);
  *weights = g_steal_pointer (&found);
  return pz_unet_config_check (pz_tensor_file_get_path (file), config, error);
}

/* Uses a key of the "modelspec" convention. */
const char *
pz_single_file_prediction (const PzWeights *unet)
{
  static const struct
  {
    const char *said, *means;
  } known[] = {
    { "epsilon", "epsilon" },
    { "v", "v_prediction" },
    { "v_prediction", "v_prediction" },
  };
  const char *said =
    pz_tensor_file_get_metadata (pz_weights_get_file (unet), "modelspec.prediction_type");

  for (guint i = 0; said != NULL && i < G_N_ELEMENTS (known); i++)
    if (strcmp (said, known[i].said) == 0)
      return known[i].means;
  return NULL;
}

#define TURBO "turbo"
#define SECOND_FAMILY_WIDTH 1024

gboolean
pz_single_file_is_turbo (const PzWeights *unet, const PzUnetConfig *config)
{
  static const char *const keys[] = { "modelspec.title", "modelspec.architecture" };
  g_autofree char *base = g_path_get_basename (pz_weights_get_path (unet));
  g_autofree char *name = g_ascii_strdown (base, -1);
  gboolean said = strstr (name, TURBO) != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = pz_tensor_file_get_metadata (pz_weights_get_file (unet), keys[i]);
      g_autofree char *small = value != NULL ? g_ascii_strdown (value, -1) : g_strdup ("");

      said = said || strstr (small, TURBO) != NULL;
    }
  return said && config->use_linear_projection
         && config->cross_attention_dim == SECOND_FAMILY_WIDTH;
}

/* ---- the VAE ---- */

/* The weights if the file is TAESD with these names; else NULL. */
static PzWeights *
open_tiny (PzTensorFile *file, const PzKeyMap *map)
{
  g_autoptr (PzWeights) weights = pz_weights_new (file, map);

  return size_of (find (weights, "decoder.layers.0.weight"), 3) == 3
             && find (weights, "decoder.layers.2.conv.0.weight") != NULL
           ? g_steal_pointer (&weights)
           : NULL;
}

/* TAESD (madebyollin/taesd) always has the same structure. The file is diffusers' or, with the decoder only, its author's.
 * FALSE if it is neither. */
static gboolean
find_tiny_vae (PzTensorFile *file, PzAutoencoder *vae, PzWeights **weights)
{
  static const guint n_blocks[LEVELS] = {
    3, 3, 3, 1
  }; /* of the decoder; the encoder's are in reverse order */
  PzWeights *found = open_tiny (file, &pz_key_map_folder);
  PzTinyVaeConfig config = { .in_channels = 3, .out_channels = 3, .scaling_factor = 1.0f };
  gboolean decodes_only;

  if (found == NULL)
    found = open_tiny (file, &pz_key_map_tiny_decoder);
  if (found == NULL)
    return FALSE;
  config.latent_channels = size_of (find (found, "decoder.layers.0.weight"), 1);
  config.n_encoder_block_out_channels = config.n_decoder_block_out_channels = LEVELS;
  config.n_num_encoder_blocks = config.n_num_decoder_blocks = LEVELS;
  for (guint i = 0; i < LEVELS; i++)
    {
      config.encoder_block_out_channels[i] = config.decoder_block_out_channels[i] =
        size_of (find (found, "decoder.layers.0.weight"), 0);
      config.num_decoder_blocks[i] = n_blocks[i];
      config.num_encoder_blocks[i] = n_blocks[LEVELS - 1 - i];
    }
  decodes_only = find (found, "encoder.layers.0.weight") == NULL;
  *weights = found;
  pz_autoencoder_init_tiny (vae, &config);
  vae->decodes_only = decodes_only;
  return TRUE;
}

gboolean
pz_single_file_vae (PzTensorFile *file, PzAutoencoder *vae, PzWeights **weights, GError **error)
{
  const char *mark = "decoder.conv_in.weight";

  if (find_tiny_vae (file, vae, weights))
    return TRUE;

  g_autoptr (PzWeights) found = open_part (file, &pz_key_map_vae_alone, mark, "a VAE", NULL);
  PzVaeConfig config;

  if (found == NULL)
    found = open_part (file, &pz_key_map_ldm_vae, mark, "a VAE", error);
  if (found == NULL)
    return FALSE;
  config = (PzVaeConfig) {
    .in_channels = size_of (find (found, "encoder.conv_in.weight"), 1),
    .out_channels = size_of (find (found, "decoder.conv_out.weight"), 0),
    .latent_channels = size_of (find (found, "post_quant_conv.weight"), 0),
    .n_down_block_types = LEVELS,
    .n_up_block_types = LEVELS,
    .n_block_out_channels = LEVELS,
    .layers_per_block = LAYERS_PER_BLOCK,
    .norm_num_groups = GROUPS,
    .scaling_factor = SCALING_FACTOR,
  };
  for (guint i = 0; i < LEVELS; i++)
    config.block_out_channels[i] =
      size_of (find (found, "encoder.down_blocks.%u.resnets.0.conv1.weight", i), 0);
  *weights = g_steal_pointer (&found);
  if (!pz_vae_config_check (pz_tensor_file_get_path (file), &config, error))
    return FALSE;
  pz_autoencoder_init_kl (vae, &config);
  return TRUE;
}
