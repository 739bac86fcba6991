/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One plain struct per network. Field names are the keys of its config.json, and these values alone determine the network's
 * structure. A config.json is refused, naming the key, if a value changes the network in a way that is not implemented.
 *
 * Readers fail with BAD_FILE (unreadable, missing key, contradictory values) or UNSUPPORTED_MODEL; the message names the file,
 * the key, what was expected and what was found.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/config-json.h"

G_BEGIN_DECLS

#define PZ_MAPPER_FEATURES 5
/* Maximum number of cross attentions in a U-Net. */
#define PZ_UNET_MAX_SITES 128

typedef enum
{
  PZ_QUICK_GELU, /* x * sigmoid (1.702 x) */
  PZ_GELU, /* exact, uses erf */
} PzHiddenAct;

/* CLIP text encoder. */
typedef struct
{
  guint vocab_size;
  guint hidden_size;
  guint intermediate_size;
  guint num_hidden_layers;
  guint num_attention_heads;
  guint max_position_embeddings;
  guint hidden_act; /* PzHiddenAct */
  float layer_norm_eps;
} PzTextConfig;

/* CLIP vision encoder, or another vision transformer such as DINO's (pz_vit_config_read ()). */
typedef struct
{
  guint hidden_size;
  guint intermediate_size;
  guint num_hidden_layers;
  guint num_attention_heads;
  guint image_size; /* pixels per side */
  guint patch_size;
  guint hidden_act; /* PzHiddenAct */
  float layer_norm_eps;
} PzVisionConfig;

/* A complete CLIP: both encoders, each followed by a matrix that projects into a shared space. */
typedef struct
{
  PzTextConfig text;
  PzVisionConfig vision;
  guint projection_dim; /* width of the shared space */
} PzClipConfig;

typedef enum
{
  PZ_BLOCK_PLAIN, /* DownBlock2D, UpBlock2D */
  PZ_BLOCK_CROSS_ATTN, /* CrossAttnDownBlock2D, CrossAttnUpBlock2D */
} PzUnetBlock;

/* UNet2DConditionModel. Lists have one entry per level, full resolution first; up_block_types starts at the lowest resolution,
 * as in the file. */
typedef struct
{
  guint in_channels;
  guint out_channels;
  guint sample_size
    [PZ_CONFIG_MAX_LIST]; /* latent pixels the model was trained for: one number for both sides, or height and width */
  guint n_sample_size;
  guint down_block_types[PZ_CONFIG_MAX_LIST]; /* PzUnetBlock */
  guint n_down_block_types;
  guint up_block_types[PZ_CONFIG_MAX_LIST]; /* PzUnetBlock */
  guint n_up_block_types;
  guint block_out_channels[PZ_CONFIG_MAX_LIST];
  guint n_block_out_channels; /* number of levels */
  guint layers_per_block;
  guint cross_attention_dim;
  guint attention_head_dim[PZ_CONFIG_MAX_LIST]; /* despite its name, the number of heads */
  guint n_attention_head_dim; /* one for all levels, or one per level */
  guint norm_num_groups;
  float norm_eps;
  guint time_cond_proj_dim; /* width of the guidance embedding; 0 = no embedding */
  gboolean use_linear_projection;
  gboolean flip_sin_to_cos;
  guint freq_shift;
  gboolean center_input_sample;
} PzUnetConfig;

/* AutoencoderTiny. Encoder lists start at full resolution, decoder lists at the lowest. */
typedef struct
{
  guint in_channels;
  guint out_channels;
  guint latent_channels;
  guint encoder_block_out_channels[PZ_CONFIG_MAX_LIST];
  guint n_encoder_block_out_channels;
  guint decoder_block_out_channels[PZ_CONFIG_MAX_LIST];
  guint n_decoder_block_out_channels;
  guint num_encoder_blocks[PZ_CONFIG_MAX_LIST];
  guint n_num_encoder_blocks;
  guint num_decoder_blocks[PZ_CONFIG_MAX_LIST];
  guint n_num_decoder_blocks;
  float scaling_factor; /* U-Net latents are the encoder's output times this */
} PzTinyVaeConfig;

/* AutoencoderKL. block_out_channels starts at full resolution. */
typedef struct
{
  guint in_channels;
  guint out_channels;
  guint latent_channels;
  guint down_block_types[PZ_CONFIG_MAX_LIST]; /* all the same */
  guint n_down_block_types;
  guint up_block_types[PZ_CONFIG_MAX_LIST]; /* all the same */
  guint n_up_block_types;
  guint block_out_channels[PZ_CONFIG_MAX_LIST];
  guint n_block_out_channels; /* number of levels */
  guint layers_per_block;
  guint norm_num_groups;
  float scaling_factor; /* U-Net latents are the encoder's output times this */
} PzVaeConfig;

/* The subject finder. block_out_channels starts at half the picture's size. */
typedef struct
{
  guint sample_size; /* pixels per side */
  guint in_channels; /* R, G, B and the hint */
  guint out_channels; /* the 2x2 pixels of one output position */
  guint block_out_channels[PZ_CONFIG_MAX_LIST];
  guint n_block_out_channels;
  guint norm_num_groups;
} PzSubjectFinderConfig;

/* ELITE's two mappers. They have no config.json: everything is derived from the networks around them. */
typedef struct
{
  guint hidden_size; /* of the image encoder */
  guint cross_attention_dim; /* of words and local features */
  guint layers[PZ_MAPPER_FEATURES]; /* hidden states used as features, in this order */
} PzMapperConfig;

/* `path` is the config.json. On failure, fields filled so far keep their values. */
gboolean pz_text_config_read (const char *path, PzTextConfig *config, GError **error);
gboolean pz_vision_config_read (const char *path, PzVisionConfig *config, GError **error);
gboolean pz_vit_config_read (const char *path, PzVisionConfig *config, GError **error);
gboolean pz_clip_config_read (const char *path, PzClipConfig *config, GError **error);
gboolean pz_unet_config_read (const char *path, PzUnetConfig *config, GError **error);
gboolean pz_tiny_vae_config_read (const char *path, PzTinyVaeConfig *config, GError **error);
gboolean pz_vae_config_read (const char *path, PzVaeConfig *config, GError **error);
gboolean
pz_subject_finder_config_read (const char *path, PzSubjectFinderConfig *config, GError **error);

/* Checks that the values are consistent with each other. The readers above call these; use them directly for a configuration
 * from another source, with `path` naming that source in messages. Fail with BAD_FILE. */
gboolean pz_text_config_check (const char *path, const PzTextConfig *config, GError **error);
gboolean
pz_vision_config_check (const char *path, const PzVisionConfig *config, GError **error);
gboolean pz_unet_config_check (const char *path, const PzUnetConfig *config, GError **error);
gboolean pz_vae_config_check (const char *path, const PzVaeConfig *config, GError **error);

/* Selects the last hidden state first, then those at 1/6, 2/6, 3/6 and 4/6 of the depth (24 layers: 24, 4, 8, 12, 16, as in
 * ELITE). Fails with UNSUPPORTED_MODEL if the encoder has fewer than 6 layers, because two of them would coincide. */
gboolean pz_mapper_config_derive (const PzVisionConfig *vision,
                                  const PzUnetConfig *unet,
                                  PzMapperConfig *config,
                                  GError **error);

/* Number of attention heads at a level (0 = full resolution). */
guint pz_unet_config_heads (const PzUnetConfig *config, guint level);
/* Side of a pixel of the lowest level in latent pixels. A width and height that are multiples of this need no cropping on the
 * upward path. */
guint pz_unet_config_multiple (const PzUnetConfig *config);
/* Picture pixels per latent pixel, along each side. */
guint pz_tiny_vae_config_factor (const PzTinyVaeConfig *config);
guint pz_vae_config_factor (const PzVaeConfig *config);

G_END_DECLS
