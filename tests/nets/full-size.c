/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stable Diffusion 1.5 and ELITE at full size, without a device: the number of parameters is the published one, and the scratch
 * memory for a 512x512 picture and for a learning step on it and the number of kernels are within limits.
 */
#include <glib/gstdio.h>

#include "compute/autodiff.h"
#include "compute/graph/lifetimes.h"
#include "compute/graph/nodes.h"
#include "models/nets/autoencoder.h"
#include "models/nets/image-encoder.h"
#include "models/nets/mapper.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"
#include "models/tasks/tiling.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define LATENT 64 /* side of the latent of a 512x512 picture */

typedef gboolean (*ReadFunc) (const char *path, gpointer config, GError **error);

#define READ(function) ((ReadFunc) (GCallback) (function))

static void
read_config (ReadFunc read, const char *json, gpointer config)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("pz-full-size-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  read (path, config, &error);
  g_assert_no_error (error);
  g_unlink (path);
}

static PzUnetConfig
unet_config (void)
{
  PzUnetConfig config = { 0 };

  read_config (READ (pz_unet_config_read),
               "{ \"sample_size\": 64, \"cross_attention_dim\": 768 }", &config);
  return config;
}

static PzVisionConfig
vision_config (void)
{
  PzVisionConfig config = { 0 };

  read_config (READ (pz_vision_config_read),
               "{ \"hidden_size\": 1024, \"intermediate_size\": 4096, "
               "\"num_hidden_layers\": 24, \"num_attention_heads\": 16, \"image_size\": 224, "
               "\"patch_size\": 14, \"hidden_act\": \"quick_gelu\" }",
               &config);
  return config;
}

static PzAutoencoder
autoencoder (void)
{
  PzAutoencoder found = { 0 };

  read_config (READ (pz_autoencoder_read),
               "{ \"_class_name\": \"AutoencoderKL\", "
               "\"block_out_channels\": [128, 256, 512, 512], \"layers_per_block\": 2, "
               "\"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\", "
               "\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"], "
               "\"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\", "
               "\"UpDecoderBlock2D\", \"UpDecoderBlock2D\"], \"latent_channels\": 4, "
               "\"scaling_factor\": 0.18215 }",
               &found);
  return found;
}

/* ---- networks ---- */

static void
build_text_encoder (PzGraph *graph)
{
  PzTextConfig config = { 0 };

  read_config (READ (pz_text_config_read),
               "{ \"vocab_size\": 49408, \"hidden_size\": 768, \"intermediate_size\": 3072, "
               "\"num_hidden_layers\": 12, \"num_attention_heads\": 12, "
               "\"max_position_embeddings\": 77, \"hidden_act\": \"quick_gelu\" }",
               &config);
  PzTensor *ids = pz_graph_input (graph, "ids", PZ_I32, 2, (guint[]) { 1, 77 });
  pz_graph_output (graph, pz_text_encoder (graph, &config, &(PzTextInputs) { .ids = ids }),
                   "context");
}

static void
build_image_encoder (PzGraph *graph)
{
  PzVisionConfig config = vision_config ();
  PzTensor *hidden[25];
  PzTensor *pixels = pz_graph_input (graph, "pixels", PZ_F32, 4, (guint[]) { 1, 224, 224, 3 });

  pz_image_encoder (graph, &config, pixels, hidden);
  pz_graph_output (graph, hidden[24], "state");
}

static void
build_mapper (PzGraph *graph)
{
  PzVisionConfig vision = vision_config ();
  PzUnetConfig unet = unet_config ();
  PzMapperConfig config;
  PzTensor *features[PZ_MAPPER_FEATURES];
  const guint layers[] = { 24, 4, 8, 12, 16 }; /* as in ELITE's code */

  g_assert_true (pz_mapper_config_derive (&vision, &unet, &config, NULL));
  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      g_autofree char *name = g_strdup_printf ("feature_%u", i);

      g_assert_cmpuint (config.layers[i], ==, layers[i]);
      features[i] = pz_graph_input (graph, name, PZ_F32, 3, (guint[]) { 1, 257, 1024 });
    }
  pz_graph_output (graph, pz_global_mapper (graph, &config, features), "words");
}

/* With a concept, batch is 2 for both guidance branches. Returns the context input. */
static PzTensor *
build_unet_on (PzGraph *graph, guint batch, gboolean concept, PzTensor **noise)
{
  PzUnetConfig config = unet_config ();
  PzKeyValue kv[PZ_UNET_MAX_SITES], local_kv[PZ_UNET_MAX_SITES];
  PzUnetConcept one = { .kv = local_kv };
  PzUnetInputs inputs = { .context = kv, .concepts = &one, .n_concepts = concept };

  g_assert_cmpuint (pz_unet_sites (&config, (PzUnetSite[PZ_UNET_MAX_SITES]) { 0 }), ==, 16);
  inputs.sample =
    pz_graph_input (graph, "sample", PZ_F32, 4, (guint[]) { batch, LATENT, LATENT, 4 });
  inputs.timestep = pz_graph_input (graph, "timestep", PZ_F32, 2, (guint[]) { batch, 320 });
  PzTensor *context =
    pz_graph_input (graph, "context", PZ_F32, 3, (guint[]) { batch, 77, 768 });
  pz_unet_context (graph, &config, context, concept ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN, kv);
  if (concept)
    {
      PzTensor *local =
        pz_graph_input (graph, "local", PZ_F32, 3, (guint[]) { batch, 256, 768 });

      pz_unet_context (graph, &config, local, PZ_KEYS_LOCAL, local_kv);
      one.column = pz_graph_input (graph, "column", PZ_I32, 1, &batch);
      one.strength = pz_graph_input (graph, "strength", PZ_F32, 1, &batch);
    }
  *noise = pz_unet (graph, &config, &inputs);
  return context;
}

static void
build_unet (PzGraph *graph)
{
  PzTensor *noise;

  build_unet_on (graph, 1, FALSE, &noise);
  pz_graph_output (graph, noise, "noise");
}

/* One sample of a training step: forward pass, and backward pass to the words. */
static void
build_unet_and_back (PzGraph *graph)
{
  PzTensor *noise, *gradient;
  PzTensor *context = build_unet_on (graph, 1, FALSE, &noise);
  const PzSeed seed = {
    noise,
    pz_graph_input (graph, "d_noise", PZ_F32, 4, (guint[]) { 1, LATENT, LATENT, 4 }),
  };

  pz_graph_backward (graph, &seed, 1, &context, 1, &gradient);
  pz_graph_output (graph, gradient, "d_context");
}

static void
build_unet_with_concept (PzGraph *graph)
{
  PzTensor *noise;

  build_unet_on (graph, 2, TRUE, &noise);
  pz_graph_output (graph, noise, "noise");
}

static void
build_vae_encoder (PzGraph *graph)
{
  PzAutoencoder vae = autoencoder ();
  PzTensor *moments;
  PzTensor *image =
    pz_graph_input (graph, "image", PZ_F32, 4, (guint[]) { 1, 8 * LATENT, 8 * LATENT, 3 });

  pz_graph_output (graph, pz_autoencoder_encoder (graph, &vae, image, &moments), "latent");
}

static void
build_vae_decoder_of (PzGraph *graph, guint side)
{
  PzAutoencoder vae = autoencoder ();
  PzTensor *latent =
    pz_graph_input (graph, "latent", PZ_F32, 4, (guint[]) { 1, side, side, 4 });

  pz_graph_output (graph,
                   pz_autoencoder_decoder (graph, &vae,
                                           pz_autoencoder_unscale (graph, &vae, latent)),
                   "image");
}

static void
build_vae_decoder (PzGraph *graph)
{
  build_vae_decoder_of (graph, LATENT);
}

/* The largest tile for pictures of any size. */
static void
build_largest_tile (PzGraph *graph)
{
  build_vae_decoder_of (graph, PZ_TILE_MOST);
}

/* Published numbers of parameters, with these differences: the vision tower has no post_layernorm, which is not used here; the
 * mapper has no key and value matrices (19169280 parameters); the U-Net with a concept has those twice instead of its own. The
 * two halves of AutoencoderKL have 83653863 together. */
static const struct
{
  const char *name;
  void (*build) (PzGraph *graph);
  guint64 n_parameters;
  guint scratch_mib; /* maximum in f16, slightly more than measured */
  gboolean learns; /* only for learning: no picture waits for its kernels */
} networks[] = {
  { "text-encoder", build_text_encoder, 123060480, 1 },
  { "image-encoder", build_image_encoder, 303177728, 4 },
  { "mapper", build_mapper, 28904960, 2 },
  { "unet", build_unet, 859520964, 48 },
  { "unet-and-back-to-the-words", build_unet_and_back, 859520964, 440, TRUE },
  { "unet-with-a-concept-and-guidance", build_unet_with_concept, 859520964 + 19169280, 128 },
  { "vae-encoder", build_vae_encoder, 34163664, 200 },
  { "vae-decoder", build_vae_decoder, 49490199, 336 },
  { "vae-decoder-of-the-largest-tile", build_largest_tile, 49490199, 425 },
};

static void
test_network (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  g_autoptr (GError) error = NULL;
  guint64 n_parameters = 0, scratch_bytes = 0;

  networks[i].build (graph);
  g_assert_true (pz_graph_plan_bytes (graph, NULL, &scratch_bytes, &error));
  g_assert_no_error (error);
  for (guint j = 0; j < pz_graph_get_n_weights (graph); j++)
    {
      const PzTensor *weight = pz_graph_get_weight (graph, j);
      guint64 n = 1;

      for (guint k = 0; k < weight->n_dims; k++)
        n *= weight->dims[k];
      n_parameters += n;
    }
  g_test_message ("scratch %.1f MiB", (double) scratch_bytes / (double) MIB);
  g_assert_cmpuint (n_parameters, ==, networks[i].n_parameters);
  g_assert_cmpuint (scratch_bytes, <=, networks[i].scratch_mib * MIB);
}

/* ---- kernels ---- */

#define MOST_KERNELS 62
/* Kernels outside the networks: casts, the sampler, resizing of a concept's picture. */
#define OTHER_KERNELS 12

static const struct
{
  const char *name;
  PzGpuLimits limits;
} devices[] = {
  { "software",
    { .subgroup_size = 8,
      .min_subgroup_size = 8,
      .max_subgroup_size = 8,
      .max_shared_bytes = 32768,
      .max_workgroup_invocations = 1024,
      .f16_arithmetic = 1,
      .splits_loads = 1,
      .coop_m = 8,
      .coop_n = 8,
      .coop_k = 8,
      .coop_subgroup_size = 8 } },
  { "plain",
    { .subgroup_size = 32,
      .min_subgroup_size = 32,
      .max_subgroup_size = 32,
      .max_shared_bytes = 32768,
      .max_workgroup_invocations = 1024 } },
  { "cooperative",
    { .subgroup_size = 32,
      .min_subgroup_size = 32,
      .max_subgroup_size = 32,
      .max_shared_bytes = 49152,
      .max_workgroup_invocations = 1024,
      .f16_arithmetic = 1,
      .coop_m = 16,
      .coop_n = 16,
      .coop_k = 16,
      .coop_subgroup_size = 32,
      .prefer_coop = 1 } },
};

/* The kernel, subgroup size and specialization constants of a dispatch, which identify its pipeline, as text. (transfer
 * full) */
static char *
kernel_of (const PzDispatch *dispatch)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u with %u:", dispatch->kernel, dispatch->subgroup_size);
  for (guint i = 0; i < dispatch->n_spec; i++)
    g_string_append_printf (text, " %u", dispatch->spec[i]);
  return g_string_free_and_steal (text);
}

static void
add_kernels (const PzGraph *graph, const PzGpuLimits *limits, GHashTable *kernels)
{
  const guint n = pz_graph_get_n_nodes (graph);
  g_autoptr (PzLifetimes) lifetimes = pz_lifetimes_new (graph, limits);
  g_autofree guint64 *addresses = g_new0 (guint64, n);
  g_autoptr (GArray) dispatches = g_array_new (FALSE, TRUE, sizeof (PzDispatch));
  PzLowering lowering = {
    .limits = limits,
    .node_address = addresses,
    .scratch_address = 0x1000,
    .dispatches = dispatches,
  };

  for (guint i = 0; i < n; i++)
    addresses[i] = 0x10000000ull * (i + 1);
  for (guint i = 0; i < n; i++)
    {
      const PzNode *node = pz_graph_get_node (graph, i);

      if (lifetimes->live[i] && pz_node_runs (node))
        node->op->lower (node, &lowering);
    }
  for (guint i = 0; i < dispatches->len; i++)
    g_hash_table_add (kernels, kernel_of (&g_array_index (dispatches, PzDispatch, i)));
}

/* Each kernel must be compiled before the first picture, so there must be few. */
static void
test_few_kernels (gconstpointer data)
{
  gsize device = GPOINTER_TO_SIZE (data);
  g_autoptr (GHashTable) kernels =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);

      if (networks[i].learns)
        continue;
      networks[i].build (graph);
      add_kernels (graph, &devices[device].limits, kernels);
    }
  g_test_message ("%u kernels", g_hash_table_size (kernels));
  g_assert_cmpuint (g_hash_table_size (kernels), >, 10);
  g_assert_cmpuint (g_hash_table_size (kernels) + OTHER_KERNELS, <=, MOST_KERNELS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      g_autofree char *path = g_strdup_printf ("/full-size/few-kernels/%s", devices[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_few_kernels);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/full-size/%s", networks[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_network);
    }
  return g_test_run ();
}
