/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/unet.h"

#include <math.h>

#include "models/nets/layers.h"
#include "models/nets/unet-blocks.h"

/* ---- cross attentions and their keys ---- */

static void
add_site (const PzUnetConfig *config,
          PzUnetSite sites[],
          guint *n,
          guint level,
          const char *where,
          guint block,
          guint attention)
{
  PzUnetSite *site = &sites[*n];

  g_assert (*n < PZ_UNET_MAX_SITES);
  if (g_str_equal (where, "mid_block"))
    g_snprintf (site->name, sizeof site->name,
                "mid_block.attentions.%u.transformer_blocks.0.attn2", attention);
  else
    g_snprintf (site->name, sizeof site->name, "%s.%u.attentions.%u.transformer_blocks.0.attn2",
                where, block, attention);
  site->width = config->block_out_channels[level];
  site->heads = pz_unet_config_heads (config, level);
  *n += 1;
}

guint
pz_unet_sites (const PzUnetConfig *config, PzUnetSite sites[PZ_UNET_MAX_SITES])
{
  guint levels = config->n_block_out_channels;
  guint n = 0;

  for (guint i = 0; i < levels; i++)
    if (config->down_block_types[i] == PZ_BLOCK_CROSS_ATTN)
      for (guint j = 0; j < config->layers_per_block; j++)
        add_site (config, sites, &n, i, "down_blocks", i, j);
  add_site (config, sites, &n, levels - 1, "mid_block", 0, 0);
  for (guint i = 0; i < levels; i++)
    if (config->up_block_types[i] == PZ_BLOCK_CROSS_ATTN)
      for (guint j = 0; j <= config->layers_per_block; j++)
        add_site (config, sites, &n, levels - 1 - i, "up_blocks", i, j);
  return n;
}

/* IP-Adapter numbers all attentions, with a self attention before each cross attention, in the order in which the network's
 * parts are declared, not the order in which they run: the middle block comes after the upward path. */
static guint
processor_number (const PzUnetSite sites[], guint n_sites, guint site)
{
  guint place = site, mid = 0;

  while (mid < n_sites && !g_str_has_prefix (sites[mid].name, "mid_block"))
    mid++;
  if (site == mid)
    place = n_sites - 1;
  else if (site > mid)
    place = site - 1;
  return 2 * place + 1;
}

/* The name of a site's matrix in the graph's scope, without ".weight". (transfer full) */
static char *
site_matrix (const PzUnetSite sites[],
             guint n_sites,
             guint site,
             PzKeySource source,
             const char *which)
{
  static const char *const files[] = {
    [PZ_KEYS_GLOBAL] = "global/",
    [PZ_KEYS_LOCAL] = "local/",
  };
  const char *name = sites[site].name;

  if (source == PZ_KEYS_OWN)
    return g_strdup_printf ("%s.%s", name, which);
  if (source == PZ_KEYS_IMAGE)
    return g_strdup_printf ("ip_adapter.%u.%s_ip", processor_number (sites, n_sites, site),
                            which);
  g_autofree char *path = g_strdelimit (g_strdup (name), ".", '_');
  return g_strdup_printf ("%s%s_%s", files[source], path, which);
}

static PzTensor *
site_project (PzGraph *graph, const char *name, PzTensor *context, guint width)
{
  return pz_layer_linear (graph, name, context, &(PzLayer) { .out = width, .no_bias = TRUE });
}

void
pz_unet_context (PzGraph *graph,
                 const PzUnetConfig *config,
                 PzTensor *context,
                 PzKeySource source,
                 PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  guint n = pz_unet_sites (config, sites);

  context = pz_layer_enter (graph, context);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *k = site_matrix (sites, n, i, source, "to_k");
      g_autofree char *v = site_matrix (sites, n, i, source, "to_v");

      kv[i].k = site_project (graph, k, context, sites[i].width);
      kv[i].v = site_project (graph, v, context, sites[i].width);
    }
}

void
pz_unet_context_outputs (PzGraph *graph,
                         const PzUnetConfig *config,
                         const char *prefix,
                         const PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  guint n = pz_unet_sites (config, sites);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *k = g_strdup_printf ("%s.%u.k", prefix, i);
      g_autofree char *v = g_strdup_printf ("%s.%u.v", prefix, i);

      pz_graph_output (graph, kv[i].k, k);
      pz_graph_output (graph, kv[i].v, v);
    }
}

void
pz_unet_context_inputs (PzGraph *graph,
                        const PzUnetConfig *config,
                        const char *prefix,
                        guint batch,
                        guint tokens,
                        PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  guint n = pz_unet_sites (config, sites);
  PzDtype dtype = pz_graph_get_activation (graph);

  for (guint i = 0; i < n; i++)
    {
      guint dims[] = { batch, tokens, sites[i].width };
      g_autofree char *k = g_strdup_printf ("%s.%u.k", prefix, i);
      g_autofree char *v = g_strdup_printf ("%s.%u.v", prefix, i);

      kv[i].k = pz_graph_input (graph, k, dtype, 3, dims);
      kv[i].v = pz_graph_input (graph, v, dtype, 3, dims);
    }
}

/* ---- the network ---- */

/* The skip connections, which the upward path takes last first. */
typedef struct
{
  PzTensor *tensors[PZ_CONFIG_MAX_LIST * 16];
  guint n;
} SkipStack;

static void
push_skip (SkipStack *skips, PzTensor *x)
{
  g_assert (skips->n < G_N_ELEMENTS (skips->tensors));
  skips->tensors[skips->n++] = x;
}

static PzTensor *
time_embedding (PzGraph *graph, const PzUnetConfig *config, const PzUnetInputs *inputs)
{
  guint width = config->block_out_channels[0];
  PzTensor *x = pz_layer_enter (graph, inputs->timestep);

  pz_graph_push (graph, "time_embedding");
  if (inputs->guidance != NULL)
    x = pz_layer_linear (graph, "cond_proj", pz_layer_enter (graph, inputs->guidance),
                         &(PzLayer) { .out = width, .no_bias = TRUE, .residual = x });
  x =
    pz_layer_linear (graph, "linear_1", x, &(PzLayer) { .out = 4 * width, .act = PZ_ACT_SILU });
  /* Every ResNet block applies silu to the embedding; this does it once. */
  x =
    pz_layer_linear (graph, "linear_2", x, &(PzLayer) { .out = 4 * width, .act = PZ_ACT_SILU });
  pz_graph_pop (graph);
  return x;
}

/* ResNet block number j of a block and, if the block has attentions, attention number j. */
static PzTensor *
resnet_and_attention (PzUnetState *state, PzTensor *x, guint j, guint level, guint block_type)
{
  pz_graph_push (state->graph, "resnets.%u", j);
  x = pz_unet_resnet (state, x, state->config->block_out_channels[level]);
  pz_graph_pop (state->graph);
  if (block_type == PZ_BLOCK_PLAIN)
    return x;
  pz_graph_push (state->graph, "attentions.%u", j);
  x = pz_unet_transformer (state, x, pz_unet_config_heads (state->config, level));
  pz_graph_pop (state->graph);
  return x;
}

static PzTensor *
down_block (PzUnetState *state, PzTensor *x, guint i, SkipStack *skips)
{
  const PzUnetConfig *config = state->config;

  pz_graph_push (state->graph, "down_blocks.%u", i);
  for (guint j = 0; j < config->layers_per_block; j++)
    {
      x = resnet_and_attention (state, x, j, i, config->down_block_types[i]);
      push_skip (skips, x);
    }
  if (i + 1 < config->n_block_out_channels)
    {
      pz_graph_push (state->graph, "downsamplers.0");
      x = pz_unet_downsample (state, x);
      pz_graph_pop (state->graph);
      push_skip (skips, x);
    }
  pz_graph_pop (state->graph);
  return x;
}

static PzTensor *
mid_block (PzUnetState *state, PzTensor *x)
{
  guint level = state->config->n_block_out_channels - 1;

  pz_graph_push (state->graph, "mid_block");
  x = resnet_and_attention (state, x, 0, level, PZ_BLOCK_CROSS_ATTN);
  x = resnet_and_attention (state, x, 1, level, PZ_BLOCK_PLAIN);
  pz_graph_pop (state->graph);
  return x;
}

static PzTensor *
up_block (PzUnetState *state, PzTensor *x, guint i, SkipStack *skips)
{
  const PzUnetConfig *config = state->config;
  guint level = config->n_block_out_channels - 1 - i;

  pz_graph_push (state->graph, "up_blocks.%u", i);
  for (guint j = 0; j <= config->layers_per_block; j++)
    {
      x = pz_concat (state->graph, x, skips->tensors[--skips->n], 3);
      x = resnet_and_attention (state, x, j, level, config->up_block_types[i]);
    }
  if (level > 0)
    {
      /* The next skip has the size of this level before it was halved. */
      const PzTensor *skip = skips->tensors[skips->n - 1];

      pz_graph_push (state->graph, "upsamplers.0");
      x = pz_unet_upsample (state, x, skip != NULL ? skip->dims[1] : 0,
                            skip != NULL ? skip->dims[2] : 0);
      pz_graph_pop (state->graph);
    }
  pz_graph_pop (state->graph);
  return x;
}

PzTensor *
pz_unet (PzGraph *graph, const PzUnetConfig *config, const PzUnetInputs *inputs)
{
  guint levels = config->n_block_out_channels;
  SkipStack skips = { .n = 0 };
  PzUnetState state = {
    .graph = graph,
    .config = config,
    .inputs = inputs,
    .time = time_embedding (graph, config, inputs),
  };

  PzTensor *x = pz_layer_enter (graph, inputs->sample);
  if (config->center_input_sample)
    x = pz_affine (graph, x, 2.0f, -1.0f);
  x = pz_layer_conv (graph, "conv_in", x,
                     &(PzLayer) { .out = config->block_out_channels[0], .kernel = 3 });
  push_skip (&skips, x);
  for (guint i = 0; i < levels; i++)
    x = down_block (&state, x, i, &skips);
  x = mid_block (&state, x);
  for (guint i = 0; i < levels; i++)
    x = up_block (&state, x, i, &skips);
  x = pz_layer_group_norm (graph, "conv_norm_out", x, config->norm_num_groups, config->norm_eps,
                           PZ_ACT_SILU);
  return pz_layer_conv (graph, "conv_out", x,
                        &(PzLayer) { .out = config->out_channels, .kernel = 3 });
}

/* ---- values computed on the host ---- */

void
pz_unet_timestep_features (const PzUnetConfig *config, double timestep, float *features)
{
  guint half = config->block_out_channels[0] / 2;
  guint cosines = config->flip_sin_to_cos ? 0 : half;
  guint sines = half - cosines;

  for (guint i = 0; i < half; i++)
    {
      double frequency = exp (-log (10000.0) * i / (double) (half - config->freq_shift));

      features[cosines + i] = (float) cos (timestep * frequency);
      features[sines + i] = (float) sin (timestep * frequency);
    }
}

void
pz_unet_guidance_features (const PzUnetConfig *config, double guidance, float *features)
{
  guint half = config->time_cond_proj_dim / 2;
  double w = 1000.0 * (guidance - 1.0);

  /* Unlike the timestep's features, sines come first, and the divisor is half - 1. */
  for (guint i = 0; i < half; i++)
    {
      double frequency = exp (-log (10000.0) * i / (double) (half - 1));

      features[i] = (float) sin (w * frequency);
      features[half + i] = (float) cos (w * frequency);
    }
}
