/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/config-fields.h"

static const char *const hidden_act_names[] = {
  [PZ_QUICK_GELU] = "quick_gelu",
  [PZ_GELU] = "gelu",
  NULL,
};

static const char *const down_block_names[] = {
  [PZ_BLOCK_PLAIN] = "DownBlock2D",
  [PZ_BLOCK_CROSS_ATTN] = "CrossAttnDownBlock2D",
  NULL,
};

static const char *const up_block_names[] = {
  [PZ_BLOCK_PLAIN] = "UpBlock2D",
  [PZ_BLOCK_CROSS_ATTN] = "CrossAttnUpBlock2D",
  NULL,
};

/* Keys that transformers writes in addition to a network's structure: for training, tokens (their ids are not used: SD 1.x
 * gives eos_token_id 2, which is not its end token; the tokenizer knows it), text generation, and provenance. */
#define IGNORED(key) { key, PZ_CONFIG_IGNORED }
#define CLIP_IGNORED_FIELDS \
  IGNORED ("architectures"), IGNORED ("attention_dropout"), IGNORED ("attn_implementation"), \
    IGNORED ("bos_token_id"), IGNORED ("chunk_size_feed_forward"), \
    IGNORED ("decoder_start_token_id"), IGNORED ("diversity_penalty"), IGNORED ("do_sample"), \
    IGNORED ("dropout"), IGNORED ("dtype"), IGNORED ("early_stopping"), \
    IGNORED ("encoder_no_repeat_ngram_size"), IGNORED ("eos_token_id"), \
    IGNORED ("finetuning_task"), IGNORED ("forced_bos_token_id"), \
    IGNORED ("forced_eos_token_id"), IGNORED ("gradient_checkpointing"), IGNORED ("id2label"), \
    IGNORED ("initializer_factor"), IGNORED ("initializer_range"), IGNORED ("label2id"), \
    IGNORED ("length_penalty"), IGNORED ("logit_scale_init_value"), IGNORED ("max_length"), \
    IGNORED ("min_length"), IGNORED ("name_or_path"), IGNORED ("no_repeat_ngram_size"), \
    IGNORED ("num_beam_groups"), IGNORED ("num_beams"), IGNORED ("num_return_sequences"), \
    IGNORED ("output_attentions"), IGNORED ("output_hidden_states"), \
    IGNORED ("output_scores"), IGNORED ("pad_token_id"), IGNORED ("prefix"), \
    IGNORED ("problem_type"), IGNORED ("projection_dim"), IGNORED ("remove_invalid_values"), \
    IGNORED ("repetition_penalty"), IGNORED ("return_dict"), \
    IGNORED ("return_dict_in_generate"), IGNORED ("sep_token_id"), \
    IGNORED ("task_specific_params"), IGNORED ("temperature"), \
    IGNORED ("tie_word_embeddings"), IGNORED ("tokenizer_class"), IGNORED ("top_k"), \
    IGNORED ("top_p"), IGNORED ("torch_dtype"), IGNORED ("torchscript"), \
    IGNORED ("transformers_version"), IGNORED ("typical_p"), IGNORED ("use_bfloat16"), \
    IGNORED ("use_cache")

/* What diffusers' weight averaging leaves in the config of the averaged network. */
#define AVERAGING_IGNORED_FIELDS \
  IGNORED ("decay"), IGNORED ("inv_gamma"), IGNORED ("min_decay"), \
    IGNORED ("optimization_step"), IGNORED ("power"), IGNORED ("update_after_step"), \
    IGNORED ("use_ema_warmup")

#define UINT_FIELD(Config, member, json) \
  { #member, PZ_CONFIG_UINT, .offset = G_STRUCT_OFFSET (Config, member), .fallback = json }
#define ALIKE_FIELD(Config, member, json) \
  { #member, PZ_CONFIG_ALIKE, .offset = G_STRUCT_OFFSET (Config, member), .fallback = json }
#define FLOAT_FIELD(Config, member, json) \
  { #member, PZ_CONFIG_FLOAT, .offset = G_STRUCT_OFFSET (Config, member), .fallback = json }
#define BOOL_FIELD(Config, member, json) \
  { #member, PZ_CONFIG_BOOL, .offset = G_STRUCT_OFFSET (Config, member), .fallback = json }
#define UINTS_FIELD(Config, member, json) \
  { #member, PZ_CONFIG_UINTS, .offset = G_STRUCT_OFFSET (Config, member), \
    .count_offset = G_STRUCT_OFFSET (Config, n_##member), .fallback = json }
#define ENUM_FIELD(Config, member, table, json) \
  { #member, PZ_CONFIG_ENUM, .offset = G_STRUCT_OFFSET (Config, member), .fallback = json, \
    .names = table }
#define ENUMS_FIELD(Config, member, table, json) \
  { #member, \
    PZ_CONFIG_ENUMS, \
    .offset = G_STRUCT_OFFSET (Config, member), \
    .count_offset = G_STRUCT_OFFSET (Config, n_##member), \
    .fallback = json, \
    .names = table }

/* Fallbacks are the defaults of transformers' CLIPTextConfig; files omit keys with these values. */
#define TEXT_FIELDS \
  UINT_FIELD (PzTextConfig, vocab_size, "49408"), \
    UINT_FIELD (PzTextConfig, hidden_size, "512"), \
    UINT_FIELD (PzTextConfig, intermediate_size, "2048"), \
    UINT_FIELD (PzTextConfig, num_hidden_layers, "12"), \
    UINT_FIELD (PzTextConfig, num_attention_heads, "8"), \
    UINT_FIELD (PzTextConfig, max_position_embeddings, "77"), \
    ENUM_FIELD (PzTextConfig, hidden_act, hidden_act_names, "\"quick_gelu\""), \
    FLOAT_FIELD (PzTextConfig, layer_norm_eps, "1e-5"), \
    { "model_type", PZ_CONFIG_MUST, .fallback = "\"clip_text_model\"" }

const PzConfigField pz_text_fields[] = { TEXT_FIELDS, CLIP_IGNORED_FIELDS, { NULL } };

#define VISION_FIELDS \
  UINT_FIELD (PzVisionConfig, hidden_size, "768"), \
    UINT_FIELD (PzVisionConfig, intermediate_size, "3072"), \
    UINT_FIELD (PzVisionConfig, num_hidden_layers, "12"), \
    UINT_FIELD (PzVisionConfig, num_attention_heads, "12"), \
    UINT_FIELD (PzVisionConfig, image_size, "224"), \
    UINT_FIELD (PzVisionConfig, patch_size, "32"), \
    ENUM_FIELD (PzVisionConfig, hidden_act, hidden_act_names, "\"quick_gelu\""), \
    FLOAT_FIELD (PzVisionConfig, layer_norm_eps, "1e-5"), \
    { "model_type", PZ_CONFIG_MUST, .fallback = "\"clip_vision_model\"" }, \
    { "num_channels", PZ_CONFIG_MUST, .fallback = "3" }

const PzConfigField pz_vision_fields[] = { VISION_FIELDS, CLIP_IGNORED_FIELDS, { NULL } };

/* A complete CLIP has the fields of its encoders under separate keys, among dozens of text generation settings that older
 * versions of transformers wrote everywhere. */
#define ANYTHING_ELSE { "*", PZ_CONFIG_IGNORED }

const PzConfigField pz_clip_text_fields[] = { TEXT_FIELDS, ANYTHING_ELSE, { NULL } };
const PzConfigField pz_clip_vision_fields[] = { VISION_FIELDS, ANYTHING_ELSE, { NULL } };

const PzConfigField pz_clip_fields[] = {
  { "model_type", PZ_CONFIG_MUST, .fallback = "\"clip\"" },
  UINT_FIELD (PzClipConfig, projection_dim, "512"),
  ANYTHING_ELSE,
  { NULL },
};

/* Fallbacks are the defaults of transformers' ViTConfig. */
const PzConfigField pz_vit_fields[] = {
  UINT_FIELD (PzVisionConfig, hidden_size, "768"),
  UINT_FIELD (PzVisionConfig, intermediate_size, "3072"),
  UINT_FIELD (PzVisionConfig, num_hidden_layers, "12"),
  UINT_FIELD (PzVisionConfig, num_attention_heads, "12"),
  UINT_FIELD (PzVisionConfig, image_size, "224"),
  UINT_FIELD (PzVisionConfig, patch_size, "16"),
  ENUM_FIELD (PzVisionConfig, hidden_act, hidden_act_names, "\"gelu\""),
  FLOAT_FIELD (PzVisionConfig, layer_norm_eps, "1e-12"),
  { "model_type", PZ_CONFIG_MUST, .fallback = "\"vit\"" },
  { "num_channels", PZ_CONFIG_MUST, .fallback = "3" },
  { "qkv_bias", PZ_CONFIG_MUST, .fallback = "true" },
  ANYTHING_ELSE,
  { NULL },
};

/* Features that diffusers supports and this program does not (class embeddings, time scale and shift, ...) are either a MUST
 * here, or their key is not in this table: such keys are refused unless they are null, false or empty. */
const PzConfigField pz_unet_fields[] = {
  UINT_FIELD (PzUnetConfig, in_channels, "4"),
  UINT_FIELD (PzUnetConfig, out_channels, "4"),
  UINTS_FIELD (PzUnetConfig, sample_size, NULL),
  ENUMS_FIELD (PzUnetConfig,
               down_block_types,
               down_block_names,
               "[\"CrossAttnDownBlock2D\", \"CrossAttnDownBlock2D\", \"CrossAttnDownBlock2D\", "
               "\"DownBlock2D\"]"),
  ENUMS_FIELD (PzUnetConfig,
               up_block_types,
               up_block_names,
               "[\"UpBlock2D\", \"CrossAttnUpBlock2D\", \"CrossAttnUpBlock2D\", "
               "\"CrossAttnUpBlock2D\"]"),
  UINTS_FIELD (PzUnetConfig, block_out_channels, "[320, 640, 1280, 1280]"),
  ALIKE_FIELD (PzUnetConfig, layers_per_block, "2"),
  ALIKE_FIELD (PzUnetConfig, cross_attention_dim, NULL),
  UINTS_FIELD (PzUnetConfig, attention_head_dim, "8"),
  UINT_FIELD (PzUnetConfig, norm_num_groups, "32"),
  FLOAT_FIELD (PzUnetConfig, norm_eps, "1e-5"),
  UINT_FIELD (PzUnetConfig, time_cond_proj_dim, "0"),
  BOOL_FIELD (PzUnetConfig, use_linear_projection, "false"),
  BOOL_FIELD (PzUnetConfig, flip_sin_to_cos, "true"),
  UINT_FIELD (PzUnetConfig, freq_shift, "0"),
  BOOL_FIELD (PzUnetConfig, center_input_sample, "false"),
  { "act_fn", PZ_CONFIG_MUST, .fallback = "\"silu\"" },
  { "attention_type", PZ_CONFIG_MUST, .fallback = "\"default\"" },
  { "conv_in_kernel", PZ_CONFIG_MUST, .fallback = "3" },
  { "conv_out_kernel", PZ_CONFIG_MUST, .fallback = "3" },
  { "downsample_padding", PZ_CONFIG_MUST, .fallback = "1" },
  { "mid_block_scale_factor", PZ_CONFIG_MUST, .fallback = "1" },
  { "mid_block_type", PZ_CONFIG_MUST, .fallback = "\"UNetMidBlock2DCrossAttn\"" },
  { "resnet_out_scale_factor", PZ_CONFIG_MUST, .fallback = "1" },
  { "resnet_time_scale_shift", PZ_CONFIG_MUST, .fallback = "\"default\"" },
  { "time_embedding_type", PZ_CONFIG_MUST, .fallback = "\"positional\"" },
  { "transformer_layers_per_block", PZ_CONFIG_MUST, .fallback = "1" },
  { "addition_embed_type_num_heads", PZ_CONFIG_IGNORED }, /* has no effect without the type */
  { "dropout", PZ_CONFIG_IGNORED },
  { "upcast_attention", PZ_CONFIG_IGNORED }, /* scores are always f32 here */
  AVERAGING_IGNORED_FIELDS,
  { NULL },
};

const PzConfigField pz_tiny_vae_fields[] = {
  UINT_FIELD (PzTinyVaeConfig, in_channels, "3"),
  UINT_FIELD (PzTinyVaeConfig, out_channels, "3"),
  UINT_FIELD (PzTinyVaeConfig, latent_channels, "4"),
  UINTS_FIELD (PzTinyVaeConfig, encoder_block_out_channels, "[64, 64, 64, 64]"),
  UINTS_FIELD (PzTinyVaeConfig, decoder_block_out_channels, "[64, 64, 64, 64]"),
  UINTS_FIELD (PzTinyVaeConfig, num_encoder_blocks, "[1, 3, 3, 3]"),
  UINTS_FIELD (PzTinyVaeConfig, num_decoder_blocks, "[3, 3, 3, 1]"),
  FLOAT_FIELD (PzTinyVaeConfig, scaling_factor, "1"),
  { "act_fn", PZ_CONFIG_MUST, .fallback = "\"relu\"" },
  { "latent_magnitude", PZ_CONFIG_MUST, .fallback = "3" },
  { "upsample_fn", PZ_CONFIG_MUST, .fallback = "\"nearest\"" },
  { "upsampling_scaling_factor", PZ_CONFIG_MUST,
    .fallback = "2" }, /* undoes the encoder's strides */
  { "block_out_channels", PZ_CONFIG_IGNORED }, /* a copy of the encoder's, for other readers */
  { "force_upcast", PZ_CONFIG_IGNORED },
  { "latent_shift", PZ_CONFIG_IGNORED }, /* for storing latents as pictures */
  { "shift_factor", PZ_CONFIG_MUST, .fallback = "0" },
  AVERAGING_IGNORED_FIELDS,
  { NULL },
};

/* There is only one kind of block: its names identify the network, and the length of the list is the number of levels. */
static const char *const vae_down_block_names[] = { "DownEncoderBlock2D", NULL };
static const char *const vae_up_block_names[] = { "UpDecoderBlock2D", NULL };

const PzConfigField pz_vae_fields[] = {
  UINT_FIELD (PzVaeConfig, in_channels, "3"),
  UINT_FIELD (PzVaeConfig, out_channels, "3"),
  UINT_FIELD (PzVaeConfig, latent_channels, "4"),
  UINTS_FIELD (PzVaeConfig, block_out_channels, "[64]"),
  ALIKE_FIELD (PzVaeConfig, layers_per_block, "1"),
  UINT_FIELD (PzVaeConfig, norm_num_groups, "32"),
  FLOAT_FIELD (PzVaeConfig, scaling_factor, "0.18215"),
  ENUMS_FIELD (PzVaeConfig, down_block_types, vae_down_block_names, "[\"DownEncoderBlock2D\"]"),
  ENUMS_FIELD (PzVaeConfig, up_block_types, vae_up_block_names, "[\"UpDecoderBlock2D\"]"),
  { "act_fn", PZ_CONFIG_MUST, .fallback = "\"silu\"" },
  { "mid_block_add_attention", PZ_CONFIG_MUST, .fallback = "true" },
  { "use_quant_conv", PZ_CONFIG_MUST, .fallback = "true" },
  { "use_post_quant_conv", PZ_CONFIG_MUST, .fallback = "true" },
  { "shift_factor", PZ_CONFIG_MUST, .fallback = "0" },
  { "force_upcast", PZ_CONFIG_IGNORED },
  { "sample_size", PZ_CONFIG_IGNORED },
  AVERAGING_IGNORED_FIELDS,
  { NULL },
};

const PzConfigField pz_subject_finder_fields[] = {
  { "_class_name", PZ_CONFIG_MUST, .fallback = "\"SubjectFinder\"" },
  UINT_FIELD (PzSubjectFinderConfig, sample_size, NULL),
  UINT_FIELD (PzSubjectFinderConfig, in_channels, "4"),
  UINT_FIELD (PzSubjectFinderConfig, out_channels, "4"),
  UINTS_FIELD (PzSubjectFinderConfig, block_out_channels, NULL),
  UINT_FIELD (PzSubjectFinderConfig, norm_num_groups, NULL),
  { NULL },
};
