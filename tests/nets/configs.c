/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests without a device: accepted and rejected configurations, sites, numbers computed on the host.
 */
#include <glib/gstdio.h>
#include <math.h>

#include "models/nets/unet.h"

/* ---- configurations ---- */

typedef gboolean (*ReadFunc) (const char *path, gpointer config, GError **error);

typedef struct
{
  const char *name; /* of the test */
  ReadFunc read;
  const char *json;
  gint code; /* of the error */
  const char *says[3]; /* parts of the message */
} Refusal;

#define READ(function) ((ReadFunc) (GCallback) (function))

/* The required keys of a U-Net. */
#define UNET "\"sample_size\": 64, \"cross_attention_dim\": 768"

static const Refusal refusals[] = {
  { "class-embeddings",
    READ (pz_unet_config_read),
    "{" UNET ", \"class_embed_type\": \"timestep\"}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "class_embed_type" } },
  { "added-embeddings",
    READ (pz_unet_config_read),
    "{" UNET ", \"addition_embed_type\": \"text_time\"}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "addition_embed_type" } },
  { "dual-cross-attention",
    READ (pz_unet_config_read),
    "{" UNET ", \"dual_cross_attention\": true}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "dual_cross_attention" } },
  { "time-scale-shift",
    READ (pz_unet_config_read),
    "{" UNET ", \"resnet_time_scale_shift\": \"scale_shift\"}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "resnet_time_scale_shift", "scale_shift", "default" } },
  { "deep-transformers",
    READ (pz_unet_config_read),
    "{" UNET ", \"transformer_layers_per_block\": [1, 2, 10]}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "transformer_layers_per_block" } },
  { "another-middle",
    READ (pz_unet_config_read),
    "{" UNET ", \"mid_block_type\": \"UNetMidBlock2D\"}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "mid_block_type", "UNetMidBlock2D" } },
  { "an-unknown-block",
    READ (pz_unet_config_read),
    "{" UNET ", \"down_block_types\": [\"AttnDownBlock2D\"]}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "down_block_types", "AttnDownBlock2D" } },
  { "a-unet-without-context",
    READ (pz_unet_config_read),
    "{\"sample_size\": 64}",
    PZ_ERROR_BAD_FILE,
    { "cross_attention_dim" } },
  { "levels-that-disagree",
    READ (pz_unet_config_read),
    "{" UNET ", \"block_out_channels\": [320, 640]}",
    PZ_ERROR_BAD_FILE,
    { "down_block_types", "2", "4" } },
  { "groups-that-do-not-divide",
    READ (pz_unet_config_read),
    "{" UNET ", \"block_out_channels\": [320, 640, 1280, 1000]}",
    PZ_ERROR_BAD_FILE,
    { "norm_num_groups", "32", "1000" } },
  { "heads-that-do-not-divide",
    READ (pz_unet_config_read),
    "{" UNET ", \"attention_head_dim\": 7}",
    PZ_ERROR_BAD_FILE,
    { "attention_head_dim", "7", "320" } },
  { "too-many-layers",
    READ (pz_unet_config_read),
    "{" UNET ", \"layers_per_block\": 1000}",
    PZ_ERROR_BAD_FILE,
    { "layers_per_block", "1000" } },
  { "layers-that-differ",
    READ (pz_unet_config_read),
    "{" UNET ", \"layers_per_block\": [2, 2, 1, 2]}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "layers_per_block", "a list of the same", "[2,2,1,2]" } },
  { "three-sides-of-a-picture",
    READ (pz_unet_config_read),
    "{\"sample_size\": [64, 64, 64], \"cross_attention_dim\": 768}",
    PZ_ERROR_BAD_FILE,
    { "sample_size", "a height and a width", "3" } },
  { "pruned-heads",
    READ (pz_text_config_read),
    "{\"pruned_heads\": {\"0\": [1]}}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "pruned_heads" } },
  { "millions-of-text-layers",
    READ (pz_text_config_read),
    "{\"num_hidden_layers\": 16777216}",
    PZ_ERROR_BAD_FILE,
    { "num_hidden_layers", "at most 512 layers", "16777216" } },
  { "millions-of-vision-layers",
    READ (pz_vision_config_read),
    "{\"num_hidden_layers\": 16777216}",
    PZ_ERROR_BAD_FILE,
    { "num_hidden_layers", "at most 512 layers", "16777216" } },
  { "millions-of-decoder-blocks",
    READ (pz_tiny_vae_config_read),
    "{\"num_decoder_blocks\": [1, 16777216, 1, 1]}",
    PZ_ERROR_BAD_FILE,
    { "num_decoder_blocks", "at most 512 layers", "16777219" } },
  { "millions-of-encoder-blocks",
    READ (pz_tiny_vae_config_read),
    "{\"num_encoder_blocks\": [1, 16777216, 1, 1]}",
    PZ_ERROR_BAD_FILE,
    { "num_encoder_blocks", "at most 512 layers", "16777219" } },
  { "millions-of-vae-layers",
    READ (pz_vae_config_read),
    "{\"layers_per_block\": 16777216}",
    PZ_ERROR_BAD_FILE,
    { "layers_per_block", "at most 512 layers", "16777216" } },
  { "a-picture-of-kilometres",
    READ (pz_unet_config_read),
    "{\"sample_size\": 16777216, \"cross_attention_dim\": 768}",
    PZ_ERROR_BAD_FILE,
    { "sample_size", "1 to 4096", "16777216" } },
  { "text-heads-that-do-not-divide",
    READ (pz_text_config_read),
    "{\"hidden_size\": 768, \"num_attention_heads\": 5}",
    PZ_ERROR_BAD_FILE,
    { "num_attention_heads", "768", "5" } },
  { "another-text-activation",
    READ (pz_text_config_read),
    "{\"hidden_act\": \"relu\"}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    { "hidden_act", "relu" } },
  { "patches-that-do-not-divide",
    READ (pz_vision_config_read),
    "{\"image_size\": 224, \"patch_size\": 15}",
    PZ_ERROR_BAD_FILE,
    { "patch_size", "224", "15" } },
  { "halves-of-unlike-depth",
    READ (pz_tiny_vae_config_read),
    "{\"num_decoder_blocks\": [1, 1], \"decoder_block_out_channels\": [64, 64]}",
    PZ_ERROR_BAD_FILE,
    { "num_decoder_blocks", "2", "4" } },
};

typedef union
{
  PzUnetConfig unet;
  PzTextConfig text;
  PzVisionConfig vision;
  PzTinyVaeConfig vae;
  PzVaeConfig kl;
} AnyConfig;

static void
with_config (const char *json, ReadFunc read, gpointer config, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("pz-config-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "config.json", NULL);

  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  g_assert_true (read (path, config, error) == (*error == NULL));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_refusal (gconstpointer data)
{
  const Refusal *refusal = data;
  AnyConfig config = { 0 };
  g_autoptr (GError) error = NULL;

  with_config (refusal->json, refusal->read, &config, &error);
  g_assert_error (error, PZ_ERROR, refusal->code);
  g_assert_nonnull (strstr (error->message, "config.json"));
  for (gsize i = 0; i < G_N_ELEMENTS (refusal->says) && refusal->says[i] != NULL; i++)
    if (strstr (error->message, refusal->says[i]) == NULL)
      g_error ("“%s” does not say “%s”", error->message, refusal->says[i]);
}

/* As in the SD 1.5 folder. Keys that only repeat defaults must be accepted. */
static const char sd15[] =
  "{\"_class_name\": \"UNet2DConditionModel\", \"_diffusers_version\": \"0.6.0\", \"act_fn\": \"silu\","
  " \"attention_head_dim\": 8, \"block_out_channels\": [320, 640, 1280, 1280],"
  " \"center_input_sample\": false, \"class_embed_type\": null, \"cross_attention_dim\": 768,"
  " \"down_block_types\": [\"CrossAttnDownBlock2D\", \"CrossAttnDownBlock2D\","
  " \"CrossAttnDownBlock2D\", \"DownBlock2D\"], \"downsample_padding\": 1, \"flip_sin_to_cos\": true,"
  " \"freq_shift\": 0, \"in_channels\": 4, \"layers_per_block\": 2, \"mid_block_scale_factor\": 1,"
  " \"norm_eps\": 1e-05, \"norm_num_groups\": 32, \"out_channels\": 4, \"sample_size\": 64,"
  " \"time_cond_proj_dim\": 256, \"up_block_types\": [\"UpBlock2D\", \"CrossAttnUpBlock2D\","
  " \"CrossAttnUpBlock2D\", \"CrossAttnUpBlock2D\"], \"upcast_attention\": false}";

static PzUnetConfig
read_sd15 (void)
{
  PzUnetConfig config = { 0 };
  g_autoptr (GError) error = NULL;

  with_config (sd15, READ (pz_unet_config_read), &config, &error);
  g_assert_no_error (error);
  return config;
}

/* A number that is the same for all levels may be given as a list; keys of training and weight averaging are ignored. */
static void
test_other_ways_to_say_it (void)
{
  PzUnetConfig unet = { 0 };
  PzTextConfig text = { 0 };
  PzVaeConfig vae = { 0 };
  g_autoptr (GError) error = NULL;

  with_config (
    "{\"sample_size\": [16, 24], \"layers_per_block\": [2, 2, 2, 2], "
    "\"cross_attention_dim\": [768, 768], \"transformer_layers_per_block\": [1, 1], "
    "\"decay\": 0.9999, \"inv_gamma\": 1.0, \"min_decay\": 0.0, \"optimization_step\": "
    "7000, \"power\": 0.75, \"update_after_step\": 0, \"use_ema_warmup\": true}",
    READ (pz_unet_config_read), &unet, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (unet.n_sample_size, ==, 2);
  g_assert_cmpuint (unet.sample_size[0], ==, 16);
  g_assert_cmpuint (unet.sample_size[1], ==, 24);
  g_assert_cmpuint (unet.layers_per_block, ==, 2);
  g_assert_cmpuint (unet.cross_attention_dim, ==, 768);
  with_config (
    "{\"min_length\": 0, \"max_length\": 20, \"top_k\": 50, \"temperature\": 1.0, "
    "\"return_dict\": true, \"id2label\": {\"0\": \"A\"}, \"max_position_embeddings\": "
    "77, \"initializer_range\": Infinity, \"use_cache\": true}",
    READ (pz_text_config_read), &text, &error);
  g_assert_no_error (error);
  with_config ("{\"sample_size\": [256, 512], \"layers_per_block\": [2], \"decay\": 0.5}",
               READ (pz_vae_config_read), &vae, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vae.layers_per_block, ==, 2);
}

/* The maximum number of layers of each kind of network is accepted, one more is rejected. */
static void
test_layer_limit (void)
{
  static const struct
  {
    ReadFunc read;
    const char *key, *most, *more;
  } rows[] = {
    { READ (pz_text_config_read), "num_hidden_layers", "512", "513" },
    { READ (pz_vision_config_read), "num_hidden_layers", "512", "513" },
    { READ (pz_tiny_vae_config_read), "num_encoder_blocks", "[1, 509, 1, 1]",
      "[1, 510, 1, 1]" },
    { READ (pz_tiny_vae_config_read), "num_decoder_blocks", "[1, 509, 1, 1]",
      "[1, 510, 1, 1]" },
    { READ (pz_vae_config_read), "layers_per_block", "512", "513" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *most = g_strdup_printf ("{\"%s\": %s}", rows[i].key, rows[i].most);
      g_autofree char *more = g_strdup_printf ("{\"%s\": %s}", rows[i].key, rows[i].more);
      g_autoptr (GError) error = NULL;
      AnyConfig config = { 0 };

      with_config (most, rows[i].read, &config, &error);
      g_assert_no_error (error);
      config = (AnyConfig) { 0 };
      with_config (more, rows[i].read, &config, &error);
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
      g_assert_nonnull (strstr (error->message, rows[i].key));
      g_assert_nonnull (strstr (error->message, "at most 512 layers, found 513"));
    }
}

static void
test_sites (void)
{
  PzUnetConfig config = read_sd15 ();
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  guint n = pz_unet_sites (&config, sites), widths = 0;

  g_assert_cmpuint (n, ==, 16);
  for (guint i = 0; i < n; i++)
    widths += sites[i].width;
  g_assert_cmpuint (2 * 768 * widths, ==, 19169280); /* parameters of all keys and values */
  g_assert_cmpstr (sites[0].name, ==, "down_blocks.0.attentions.0.transformer_blocks.0.attn2");
  g_assert_cmpstr (sites[6].name, ==, "mid_block.attentions.0.transformer_blocks.0.attn2");
  g_assert_cmpuint (sites[6].width, ==, 1280);
  g_assert_cmpstr (sites[7].name, ==, "up_blocks.1.attentions.0.transformer_blocks.0.attn2");
  g_assert_cmpstr (sites[15].name, ==, "up_blocks.3.attentions.2.transformer_blocks.0.attn2");
  g_assert_cmpuint (sites[15].width, ==, 320);
  g_assert_cmpuint (sites[15].heads, ==, 8);
  g_assert_cmpuint (pz_unet_config_multiple (&config), ==, 8);
}

/* ELITE reads layers 24, 4, 8, 12, 16 of 24. */
static void
test_mapper_layers (void)
{
  PzUnetConfig unet = read_sd15 ();
  PzVisionConfig vision = { .num_hidden_layers = 24, .hidden_size = 1024 };
  PzMapperConfig config;
  g_autoptr (GError) error = NULL;
  static const guint expected[] = { 24, 4, 8, 12, 16 };

  g_assert_true (pz_mapper_config_derive (&vision, &unet, &config, &error));
  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    g_assert_cmpuint (config.layers[i], ==, expected[i]);
  g_assert_cmpuint (config.hidden_size, ==, 1024);
  g_assert_cmpuint (config.cross_attention_dim, ==, 768);
  vision.num_hidden_layers = 5;
  g_assert_false (pz_mapper_config_derive (&vision, &unet, &config, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL);
}

/* ---- numbers computed on the host ---- */

/* Values that LCM's own code returns for w = 7.5 and 256 entries. It multiplies in f32, where an angle of 7500 is accurate to
 * 5e-4; ours are computed in double. */
static void
test_guidance_features (void)
{
  PzUnetConfig config = read_sd15 ();
  float features[256];
  static const struct
  {
    guint at;
    float value;
  } expected[] = {
    { 0, -0.8512f },   { 1, 0.8421f },   { 2, 0.0119f },
    { 128, -0.5248f }, { 129, 0.5393f }, { 130, -0.9999f },
  };

  pz_unet_guidance_features (&config, 8.5, features);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpfloat_with_epsilon (features[expected[i].at], expected[i].value, 5e-4f);
}

static void
test_timestep_features (void)
{
  PzUnetConfig config = read_sd15 ();
  float features[320];

  pz_unet_timestep_features (&config, 988.909, features);
  g_assert_cmpfloat_with_epsilon (features[0], (float) cos (988.909), 1e-6f);
  g_assert_cmpfloat_with_epsilon (features[160], (float) sin (988.909), 1e-6f);
  g_assert_cmpfloat_with_epsilon (features[80], (float) cos (9.88909), 1e-6f);
  g_assert_cmpfloat_with_epsilon (features[319],
                                  (float) sin (988.909 * pow (10000.0, -159.0 / 160.0)), 1e-6f);
  config.flip_sin_to_cos = FALSE;
  pz_unet_timestep_features (&config, 988.909, features);
  g_assert_cmpfloat_with_epsilon (features[0], (float) sin (988.909), 1e-6f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *name = g_strconcat ("/nets/configs/refuse-", refusals[i].name, NULL);
      g_test_add_data_func (name, &refusals[i], test_refusal);
    }
  g_test_add_func ("/nets/configs/the-same-said-in-other-ways", test_other_ways_to_say_it);
  g_test_add_func ("/nets/configs/most-layers", test_layer_limit);
  g_test_add_func ("/nets/configs/sd-1.5-has-sixteen-cross-attentions", test_sites);
  g_test_add_func ("/nets/configs/mappers-look-at-elites-layers", test_mapper_layers);
  g_test_add_func ("/nets/configs/guidance-embedding-has-the-published-values",
                   test_guidance_features);
  g_test_add_func ("/nets/configs/timestep-embedding-puts-cosines-first",
                   test_timestep_features);
  return g_test_run ();
}
