/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first byte selects the network whose config.json is written; the other bytes select keys of that network, their values,
 * and the form of the text. A graph is built from every configuration that the reader accepts. The graph may reject its
 * shapes, but sizes must not be computed wrongly.
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "models/files/read-budget.h"
#include "models/nets/autoencoder.h"
#include "models/nets/image-encoder.h"
#include "models/nets/subject-finder.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"
#include "models/tasks/noise-schedule.h"
#include "tests/fuzz/fuzz.h"
#include "tests/patience.h"

#define MAX_KEYS 24
#define SIDE 16 /* of the latents and pictures that the networks are built for */
#define MOST_SECONDS 10

typedef union
{
  PzTextConfig text;
  PzVisionConfig vision;
  PzUnetConfig unet;
  PzSubjectFinderConfig finder;
  PzAutoencoder vae;
  PzScheduleConfig schedule;
} Config;

/* ---- building graphs ---- */

/* The graph may be valid or not: it may reject its shapes. */
static void
finish (PzGraph *graph)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pz_graph_check (graph, &error) == (error == NULL));
  pz_graph_free (graph);
}

static void
build_text (const Config *config)
{
  PzGraph *graph = pz_graph_new (PZ_F16);
  PzTensor *ids = pz_graph_input (graph, "ids", PZ_I32, 2, (guint[]) { 1, 2 });

  g_assert_cmpuint (config->text.num_hidden_layers, <=, pz_budget_get_limit (PZ_BUDGET_LAYERS));
  pz_text_encoder (graph, &config->text, &(PzTextInputs) { .ids = ids });
  finish (graph);
}

static void
build_vision (const Config *config)
{
  PzGraph *graph = pz_graph_new (PZ_F16);
  const guint side = config->vision.image_size;
  PzTensor *pixels =
    pz_graph_input (graph, "pixels", PZ_F32, 4, (guint[]) { 1, side, side, 3 });
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, config->vision.num_hidden_layers + 1);

  pz_image_encoder (graph, &config->vision, pixels, hidden);
  finish (graph);
}

static void
build_unet (const Config *config)
{
  const PzUnetConfig *unet = &config->unet;
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  PzKeyValue context[PZ_UNET_MAX_SITES] = { 0 };
  g_autofree float *features = g_new (float, unet->block_out_channels[0]);
  PzGraph *graph = pz_graph_new (PZ_F16);
  PzTensor *sample =
    pz_graph_input (graph, "sample", PZ_F32, 4, (guint[]) { 1, SIDE, SIDE, unet->in_channels });
  PzTensor *timestep =
    pz_graph_input (graph, "timestep", PZ_F32, 2, (guint[]) { 1, unet->block_out_channels[0] });
  PzTensor *guidance = NULL;

  g_assert_cmpuint (pz_unet_sites (unet, sites), <=, PZ_UNET_MAX_SITES);
  pz_unet_timestep_features (unet, 500.0, features);
  g_assert_true (isfinite (features[0]));
  if (unet->time_cond_proj_dim > 0)
    guidance =
      pz_graph_input (graph, "guidance", PZ_F32, 2, (guint[]) { 1, unet->time_cond_proj_dim });
  pz_unet_context_inputs (graph, unet, "context", 1, 2, context);
  pz_unet (graph, unet,
           &(PzUnetInputs) { .sample = sample,
                             .timestep = timestep,
                             .guidance = guidance,
                             .context = context });
  finish (graph);
}

static void
build_vae (const Config *config)
{
  const PzAutoencoder *vae = &config->vae;
  PzGraph *graph = pz_graph_new (PZ_F16);
  PzTensor *latent = pz_graph_input (graph, "latent", PZ_F32, 4,
                                     (guint[]) { 1, SIDE, SIDE, vae->latent_channels });
  PzTensor *image =
    pz_graph_input (graph, "image", PZ_F32, 4, (guint[]) { 1, SIDE, SIDE, vae->in_channels });
  PzTensor *moments;

  pz_autoencoder_decoder (graph, vae, latent);
  pz_autoencoder_encoder (graph, vae, image, &moments);
  finish (graph);
}

static void
build_finder (const Config *config)
{
  const PzSubjectFinderConfig *finder = &config->finder;
  PzGraph *graph = pz_graph_new (PZ_F16);
  PzTensor *picture = pz_graph_input (graph, "picture", PZ_F32, 4,
                                      (guint[]) { 1, finder->sample_size, finder->sample_size,
                                                  finder->in_channels });

  pz_subject_finder (graph, finder, picture);
  finish (graph);
}

static void
build_schedule (const Config *config)
{
  PzNoiseSchedule schedule;

  pz_noise_schedule_init (&schedule, &config->schedule);
  for (guint t = 0; t < config->schedule.num_train_timesteps; t++)
    g_assert_true (schedule.alphas_cumprod[t] >= 0.0 && schedule.alphas_cumprod[t] <= 1.0);
}

/* ---- networks ---- */

typedef gboolean (*Read) (const char *path, gpointer config, GError **error);
#define READ(function) ((Read) (GCallback) (function))

typedef struct
{
  Read read;
  void (*build) (const Config *config);
  const char *keys[MAX_KEYS];
} Network;

static const Network networks[] = {
  { READ (pz_text_config_read),
    build_text,
    { "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
      "num_attention_heads", "max_position_embeddings", "hidden_act", "layer_norm_eps",
      "model_type", "torch_dtype", "min_length" } },
  { READ (pz_vision_config_read),
    build_vision,
    { "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
      "image_size", "patch_size", "hidden_act", "layer_norm_eps", "num_channels", "model_type",
      "vision_config" } },
  { READ (pz_unet_config_read),
    build_unet,
    { "in_channels", "out_channels", "sample_size", "down_block_types", "up_block_types",
      "block_out_channels", "layers_per_block", "cross_attention_dim", "attention_head_dim",
      "norm_num_groups", "norm_eps", "time_cond_proj_dim", "use_linear_projection",
      "flip_sin_to_cos", "freq_shift", "center_input_sample", "act_fn", "mid_block_type" } },
  { READ (pz_autoencoder_read),
    build_vae,
    { "_class_name", "in_channels", "out_channels", "latent_channels", "block_out_channels",
      "layers_per_block", "norm_num_groups", "scaling_factor", "down_block_types",
      "up_block_types", "encoder_block_out_channels", "decoder_block_out_channels",
      "num_encoder_blocks", "num_decoder_blocks", "act_fn", "sample_size" } },
  { READ (pz_schedule_config_read),
    build_schedule,
    { "num_train_timesteps", "beta_schedule", "beta_start", "beta_end", "prediction_type",
      "timestep_spacing", "steps_offset", "set_alpha_to_one", "original_inference_steps",
      "timestep_scaling", "trained_betas", "rescale_betas_zero_snr" } },
  { READ (pz_subject_finder_config_read),
    build_finder,
    { "_class_name", "sample_size", "in_channels", "out_channels", "block_out_channels",
      "norm_num_groups" } },
};

/* ---- the text ---- */

typedef struct
{
  const guint8 *at, *end;
  GString *text;
} Writer;

static guint
choose (Writer *w, guint n)
{
  return w->at < w->end ? *w->at++ % n : 0;
}

static const char *const scalars[] = {
  "0",
  "1",
  "2",
  "3",
  "4",
  "8",
  "16",
  "32",
  "64",
  "512",
  "4096",
  "16777216",
  "16777217",
  "-1",
  "1e-5",
  "0.00085",
  "0.012",
  "1e999",
  "NaN",
  "Infinity",
  "-Infinity",
  "null",
  "true",
  "false",
  "{}",
  "\"silu\"",
  "\"gelu\"",
  "\"quick_gelu\"",
  "\"relu\"",
  "\"AutoencoderKL\"",
  "\"AutoencoderTiny\"",
  "\"DownBlock2D\"",
  "\"CrossAttnDownBlock2D\"",
  "\"UpBlock2D\"",
  "\"CrossAttnUpBlock2D\"",
  "\"DownEncoderBlock2D\"",
  "\"UpDecoderBlock2D\"",
  "\"v_prediction\"",
  "\"trailing\"",
  "\"\\u0000\\ud800\"",
  "\"SubjectFinder\"",
};

static void
write_value (Writer *w, guint depth)
{
  const guint kind = choose (w, 4);
  const guint n = kind == 0 ? choose (w, 20) : 1;
  const char *same = choose (w, 2) == 0 ? scalars[choose (w, G_N_ELEMENTS (scalars))] : NULL;

  if (kind != 0)
    {
      g_string_append (w->text, scalars[choose (w, G_N_ELEMENTS (scalars))]);
      return;
    }
  g_string_append_c (w->text, '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (w->text, ',');
      if (same != NULL || depth == 0)
        g_string_append (w->text, same != NULL ? same : "1");
      else
        write_value (w, depth - 1);
    }
  g_string_append_c (w->text, ']');
}

static void
write_config (Writer *w, const Network *network)
{
  guint n_keys = 0;

  while (n_keys < MAX_KEYS && network->keys[n_keys] != NULL)
    n_keys++;
  if (choose (w, 8) == 1)
    g_string_append (w->text, "\xef\xbb\xbf");
  g_string_append_c (w->text, '{');
  for (guint i = 0; w->at < w->end; i++)
    {
      g_string_append_printf (w->text, "%s\"%s\": ", i > 0 ? ", " : "",
                              network->keys[choose (w, n_keys)]);
      write_value (w, 2);
    }
  g_string_append_c (w->text, '}');
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static char *path; /* created once per process */
  const Network *network = size > 0 ? &networks[data[0] % G_N_ELEMENTS (networks)] : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  Writer writer = { .text = text };
  g_autoptr (GError) error = NULL;
  const gint64 start = g_get_monotonic_time ();
  Config config;

  if (size == 0)
    return 0;
  writer.at = data + 1;
  writer.end = data + size;
  memset (&config, 0, sizeof config);
  if (path == NULL)
    path = g_strdup_printf ("%s/pz-fuzz-config-%d.json", g_get_tmp_dir (), (int) getpid ());
  write_config (&writer, network);
  g_assert_true (g_file_set_contents_full (path, text->str, (gssize) text->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  if (network->read (path, &config, &error))
    network->build (&config);
  else
    g_assert_nonnull (error);
  g_unlink (path);
  g_assert_cmpint (g_get_monotonic_time () - start, <, pz_patience_us (MOST_SECONDS));
  return 0;
}
