/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/configs.h"

#include "models/files/read-budget.h"
#include "models/nets/config-fields.h"

/* Latent pixels; small enough that the sides of the picture do not overflow with any VAE. */
#define MAX_SAMPLE_SIZE 4096u
/* Pixels; enough for a rough mask of a whole picture. */
#define MAX_FINDER_SIZE 1024u
#define PICTURE_CHANNELS 3u
#define FINDER_CHANNELS 4u

static gboolean refuse (GError **error, const char *path, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, const char *path, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", path, what);
  return FALSE;
}

/* FALSE unless `whole` is a positive multiple of `part`. */
static gboolean
divides (const char *path,
         const char *whole_key,
         guint whole,
         const char *part_key,
         guint part,
         GError **error)
{
  if (whole > 0 && part > 0 && whole % part == 0)
    return TRUE;
  return refuse (error, path, "expected %s to be a multiple of %s, found %u and %u", whole_key,
                 part_key, whole, part);
}

static gboolean
positive (const char *path, const char *key, guint value, GError **error)
{
  if (value > 0)
    return TRUE;
  return refuse (error, path, "expected %s to be at least 1, found 0", key);
}

/* The total number of layers is the only value that costs something before weights are looked up. */
static gboolean
few_layers (const char *path, const char *key, guint64 layers, GError **error)
{
  const guint64 most = pz_budget_get_limit (PZ_BUDGET_LAYERS);

  if (layers <= most)
    return TRUE;
  return refuse (error, path,
                 "expected %s to make at most %" G_GUINT64_FORMAT
                 " layers, found %" G_GUINT64_FORMAT,
                 key, most, layers);
}

static gboolean
has_layers (const char *path, const char *key, guint64 layers, GError **error)
{
  return few_layers (path, key, layers, error)
         && (layers > 0 || refuse (error, path, "expected %s to be at least 1, found 0", key));
}

static gboolean
same_count (const char *path,
            const char *key,
            guint count,
            const char *as_key,
            guint as_count,
            GError **error)
{
  if (count == as_count)
    return TRUE;
  return refuse (error, path, "expected %s to have as many entries as %s (%u), found %u", key,
                 as_key, as_count, count);
}

gboolean
pz_text_config_check (const char *path, const PzTextConfig *config, GError **error)
{
  return positive (path, "vocab_size", config->vocab_size, error)
         && positive (path, "intermediate_size", config->intermediate_size, error)
         && has_layers (path, "num_hidden_layers", config->num_hidden_layers, error)
         && positive (path, "max_position_embeddings", config->max_position_embeddings, error)
         && divides (path, "hidden_size", config->hidden_size, "num_attention_heads",
                     config->num_attention_heads, error);
}

gboolean
pz_text_config_read (const char *path, PzTextConfig *config, GError **error)
{
  return pz_config_read (path, pz_text_fields, config, error)
         && pz_text_config_check (path, config, error);
}

gboolean
pz_vision_config_check (const char *path, const PzVisionConfig *config, GError **error)
{
  return positive (path, "intermediate_size", config->intermediate_size, error)
         && has_layers (path, "num_hidden_layers", config->num_hidden_layers, error)
         && divides (path, "image_size", config->image_size, "patch_size", config->patch_size,
                     error)
         && divides (path, "hidden_size", config->hidden_size, "num_attention_heads",
                     config->num_attention_heads, error);
}

gboolean
pz_vision_config_read (const char *path, PzVisionConfig *config, GError **error)
{
  g_autofree char *inner = pz_config_inner_object (path, PZ_CLIP_VISION_KEY);

  return (inner != NULL
            ? pz_config_parse (inner, -1, path, pz_clip_vision_fields, config, error)
            : pz_config_read (path, pz_vision_fields, config, error))
         && pz_vision_config_check (path, config, error);
}

gboolean
pz_vit_config_read (const char *path, PzVisionConfig *config, GError **error)
{
  return pz_config_read (path, pz_vit_fields, config, error)
         && pz_vision_config_check (path, config, error);
}

gboolean
pz_clip_config_read (const char *path, PzClipConfig *config, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *vision = NULL;

  if (!pz_config_read (path, pz_clip_fields, config, error)
      || !positive (path, "projection_dim", config->projection_dim, error))
    return FALSE;
  text = pz_config_inner_object (path, PZ_CLIP_TEXT_KEY);
  vision = pz_config_inner_object (path, PZ_CLIP_VISION_KEY);
  if (text == NULL || vision == NULL)
    return refuse (error, path, "expected the objects %s and %s, found no %s", PZ_CLIP_TEXT_KEY,
                   PZ_CLIP_VISION_KEY, text == NULL ? PZ_CLIP_TEXT_KEY : PZ_CLIP_VISION_KEY);
  return pz_config_parse (text, -1, path, pz_clip_text_fields, &config->text, error)
         && pz_text_config_check (path, &config->text, error)
         && pz_config_parse (vision, -1, path, pz_clip_vision_fields, &config->vision, error)
         && pz_vision_config_check (path, &config->vision, error);
}

static gboolean
unet_levels_fit (const char *path, const PzUnetConfig *config, GError **error)
{
  guint levels = config->n_block_out_channels;

  if (levels == 0)
    return refuse (error, path,
                   "expected block_out_channels to have at least 1 entry, found 0");
  if (!same_count (path, "down_block_types", config->n_down_block_types, "block_out_channels",
                   levels, error)
      || !same_count (path, "up_block_types", config->n_up_block_types, "block_out_channels",
                      levels, error))
    return FALSE;
  if (config->n_attention_head_dim != 1 && config->n_attention_head_dim != levels)
    return refuse (error, path, "expected attention_head_dim to have 1 or %u entries, found %u",
                   levels, config->n_attention_head_dim);
  if (levels * (2 * config->layers_per_block + 1) + 1 > PZ_UNET_MAX_SITES)
    return refuse (error, path,
                   "expected at most %d cross attentions, found %u layers_per_block "
                   "on %u levels",
                   PZ_UNET_MAX_SITES, config->layers_per_block, levels);
  for (guint level = 0; level < levels; level++)
    if (!divides (path, "block_out_channels", config->block_out_channels[level],
                  "norm_num_groups", config->norm_num_groups, error)
        || !divides (path, "block_out_channels", config->block_out_channels[level],
                     "attention_head_dim", pz_unet_config_heads (config, level), error))
      return FALSE;
  return TRUE;
}

/* sample_size gives the picture's size unless the caller requests another. */
static gboolean
fits_picture (const char *path, const PzUnetConfig *config, GError **error)
{
  for (guint i = 0; i < config->n_sample_size; i++)
    if (config->sample_size[i] == 0 || config->sample_size[i] > MAX_SAMPLE_SIZE)
      return refuse (error, path, "expected sample_size from 1 to %u, found %u",
                     MAX_SAMPLE_SIZE, config->sample_size[i]);
  return config->n_sample_size <= 2
         || refuse (error, path, "expected sample_size to be a height and a width, found %u",
                    config->n_sample_size);
}

gboolean
pz_unet_config_check (const char *path, const PzUnetConfig *config, GError **error)
{
  if (!positive (path, "in_channels", config->in_channels, error)
      || !positive (path, "out_channels", config->out_channels, error)
      || !positive (path, "layers_per_block", config->layers_per_block, error)
      || !positive (path, "cross_attention_dim", config->cross_attention_dim, error)
      || !fits_picture (path, config, error) || !unet_levels_fit (path, config, error))
    return FALSE;
  /* Half of the time embedding is sines, half cosines. Frequencies are divided by half - freq_shift (half - 1 for guidance),
   * which must not be 0 or less. */
  if (config->block_out_channels[0] % 2 != 0
      || config->block_out_channels[0] / 2 <= config->freq_shift)
    return refuse (error, path, "expected an even block_out_channels[0] above %u, found %u",
                   2 * config->freq_shift, config->block_out_channels[0]);
  if (config->time_cond_proj_dim % 2 != 0 || config->time_cond_proj_dim == 2)
    return refuse (error, path, "expected time_cond_proj_dim to be even and not 2, found %u",
                   config->time_cond_proj_dim);
  return TRUE;
}

gboolean
pz_unet_config_read (const char *path, PzUnetConfig *config, GError **error)
{
  return pz_config_read (path, pz_unet_fields, config, error)
         && pz_unet_config_check (path, config, error);
}

static guint64
sum (const guint list[], guint n)
{
  guint64 total = 0;

  for (guint i = 0; i < n; i++)
    total += list[i];
  return total;
}

/* The tasks that run a network from pictures to pictures read and write this many channels. */
static gboolean
channels_fit (const char *path, guint expected, guint in, guint out, GError **error)
{
  if (in == expected && out == expected)
    return TRUE;
  return refuse (error, path, "expected in_channels and out_channels to be %u, found %u and %u",
                 expected, in, out);
}

gboolean
pz_tiny_vae_config_read (const char *path, PzTinyVaeConfig *config, GError **error)
{
  if (!pz_config_read (path, pz_tiny_vae_fields, config, error)
      || !channels_fit (path, PICTURE_CHANNELS, config->in_channels, config->out_channels,
                        error)
      || !positive (path, "latent_channels", config->latent_channels, error)
      || !positive (path, "num_encoder_blocks' count", config->n_num_encoder_blocks, error)
      || !few_layers (path, "num_encoder_blocks",
                      sum (config->num_encoder_blocks, config->n_num_encoder_blocks), error)
      || !few_layers (path, "num_decoder_blocks",
                      sum (config->num_decoder_blocks, config->n_num_decoder_blocks), error)
      || !same_count (path, "num_encoder_blocks", config->n_num_encoder_blocks,
                      "encoder_block_out_channels", config->n_encoder_block_out_channels, error)
      || !same_count (path, "num_decoder_blocks", config->n_num_decoder_blocks,
                      "decoder_block_out_channels", config->n_decoder_block_out_channels, error)
      || !same_count (path, "num_decoder_blocks", config->n_num_decoder_blocks,
                      "num_encoder_blocks", config->n_num_encoder_blocks, error))
    return FALSE;
  if (!(config->scaling_factor > 0.0f))
    return refuse (error, path, "expected a scaling_factor above 0, found %g",
                   (double) config->scaling_factor);
  for (guint i = 0; i < config->n_num_encoder_blocks; i++)
    if (!positive (path, "encoder_block_out_channels", config->encoder_block_out_channels[i],
                   error)
        || !positive (path, "decoder_block_out_channels", config->decoder_block_out_channels[i],
                      error))
      return FALSE;
  return TRUE;
}

gboolean
pz_vae_config_check (const char *path, const PzVaeConfig *config, GError **error)
{
  guint levels = config->n_block_out_channels;

  if (!channels_fit (path, PICTURE_CHANNELS, config->in_channels, config->out_channels, error)
      || !positive (path, "latent_channels", config->latent_channels, error)
      || !has_layers (path, "layers_per_block", (guint64) config->layers_per_block * levels,
                      error))
    return FALSE;
  if (!same_count (path, "down_block_types", config->n_down_block_types, "block_out_channels",
                   levels, error)
      || !same_count (path, "up_block_types", config->n_up_block_types, "block_out_channels",
                      levels, error))
    return FALSE;
  for (guint level = 0; level < levels; level++)
    if (!divides (path, "block_out_channels", config->block_out_channels[level],
                  "norm_num_groups", config->norm_num_groups, error))
      return FALSE;
  if (config->scaling_factor > 0.0f)
    return TRUE;
  return refuse (error, path, "expected a positive scaling_factor, found %g",
                 (double) config->scaling_factor);
}

gboolean
pz_vae_config_read (const char *path, PzVaeConfig *config, GError **error)
{
  *config = (PzVaeConfig) { 0 };
  return pz_config_read (path, pz_vae_fields, config, error)
         && pz_vae_config_check (path, config, error);
}

gboolean
pz_subject_finder_config_read (const char *path, PzSubjectFinderConfig *config, GError **error)
{
  if (!pz_config_read (path, pz_subject_finder_fields, config, error)
      || !channels_fit (path, FINDER_CHANNELS, config->in_channels, config->out_channels, error)
      || !positive (path, "block_out_channels' count", config->n_block_out_channels, error))
    return FALSE;
  for (guint i = 0; i < config->n_block_out_channels; i++)
    if (!divides (path, "block_out_channels", config->block_out_channels[i], "norm_num_groups",
                  config->norm_num_groups, error))
      return FALSE;
  /* Every level halves the picture, and the upward path doubles it again. */
  return divides (path, "sample_size", config->sample_size, "2 to the number of levels",
                  1u << config->n_block_out_channels, error)
         && (config->sample_size <= MAX_FINDER_SIZE
             || refuse (error, path, "expected sample_size from 1 to %u, found %u",
                        MAX_FINDER_SIZE, config->sample_size));
}

gboolean
pz_mapper_config_derive (const PzVisionConfig *vision,
                         const PzUnetConfig *unet,
                         PzMapperConfig *config,
                         GError **error)
{
  guint depth = vision->num_hidden_layers;

  if (depth < PZ_MAPPER_FEATURES + 1)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "image_encoder: expected at least %d layers for ELITE's mappers, found %u",
                   PZ_MAPPER_FEATURES + 1, depth);
      return FALSE;
    }
  config->hidden_size = vision->hidden_size;
  config->cross_attention_dim = unet->cross_attention_dim;
  config->layers[0] = depth;
  for (guint i = 1; i < PZ_MAPPER_FEATURES; i++)
    config->layers[i] = depth * i / (PZ_MAPPER_FEATURES + 1);
  return TRUE;
}

guint
pz_unet_config_heads (const PzUnetConfig *config, guint level)
{
  return config->attention_head_dim[config->n_attention_head_dim == 1 ? 0 : level];
}

guint
pz_unet_config_multiple (const PzUnetConfig *config)
{
  return 1u << (config->n_block_out_channels - 1);
}

guint
pz_tiny_vae_config_factor (const PzTinyVaeConfig *config)
{
  guint factor = 1;

  for (guint i = 1; i < config->n_num_encoder_blocks; i++)
    factor *= 2;
  return factor;
}

guint
pz_vae_config_factor (const PzVaeConfig *config)
{
  return 1u << (config->n_block_out_channels - 1);
}
