/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/vae.h"

#include "models/nets/layers.h"

#define GROUP_NORM_EPS 1e-6f

static PzTensor *
vae_norm (PzGraph *graph,
          const PzVaeConfig *config,
          const char *name,
          PzTensor *x,
          PzActivation act)
{
  return pz_layer_group_norm (graph, name, x, config->norm_num_groups, GROUP_NORM_EPS, act);
}

/* "resnets.0" to "resnets.{n - 1}". */
static PzTensor *
vae_resnets (PzGraph *graph, const PzVaeConfig *config, PzTensor *x, guint out, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      pz_graph_push (graph, "resnets.%u", i);
      x = pz_layer_resnet (graph, x,
                           &(PzResnet) {
                             .out = out,
                             .groups = config->norm_num_groups,
                             .eps = GROUP_NORM_EPS,
                           });
      pz_graph_pop (graph);
    }
  return x;
}

/* Self attention over all pixels, with one head as wide as the number of channels. */
static PzTensor *
vae_attention (PzGraph *graph, const PzVaeConfig *config, PzTensor *x)
{
  PzLayer plain = { .out = pz_layer_width (x) };

  if (x == NULL)
    return NULL;

  PzTensor *h =
    pz_layer_to_tokens (graph, vae_norm (graph, config, "group_norm", x, PZ_ACT_NONE));
  PzTensor *q = pz_layer_linear (graph, "to_q", h, &plain);
  PzTensor *k = pz_layer_linear (graph, "to_k", h, &plain);
  PzTensor *v = pz_layer_linear (graph, "to_v", h, &plain);
  h = pz_attention (graph, q, k, v, &(PzAttention) { .heads = 1 });
  h = pz_layer_linear (graph, "to_out.0", h,
                       &(PzLayer) {
                         .out = plain.out,
                         .residual = pz_layer_to_tokens (graph, x),
                       });
  return pz_layer_to_picture (graph, h, x->dims[1], x->dims[2]);
}

static PzTensor *
vae_middle (PzGraph *graph, const PzVaeConfig *config, PzTensor *x)
{
  const PzResnet resnet = {
    .out = pz_layer_width (x),
    .groups = config->norm_num_groups,
    .eps = GROUP_NORM_EPS,
  };

  pz_graph_push (graph, "mid_block");
  pz_graph_push (graph, "resnets.0");
  x = pz_layer_resnet (graph, x, &resnet);
  pz_graph_pop (graph);
  pz_graph_push (graph, "attentions.0");
  x = vae_attention (graph, config, x);
  pz_graph_pop (graph);
  pz_graph_push (graph, "resnets.1");
  x = pz_layer_resnet (graph, x, &resnet);
  pz_graph_pop (graph);
  pz_graph_pop (graph);
  return x;
}

PzTensor *
pz_vae_encoder (PzGraph *graph, const PzVaeConfig *config, PzTensor *image)
{
  const guint *widths = config->block_out_channels;
  guint levels = config->n_block_out_channels;
  guint moments = 2 * config->latent_channels;

  pz_graph_push (graph, "encoder");
  PzTensor *x = pz_layer_conv (graph, "conv_in", pz_layer_enter (graph, image),
                               &(PzLayer) { .out = widths[0], .kernel = 3 });
  for (guint i = 0; i < levels; i++)
    {
      pz_graph_push (graph, "down_blocks.%u", i);
      x = vae_resnets (graph, config, x, widths[i], config->layers_per_block);
      if (i + 1 < levels)
        x = pz_layer_conv (graph, "downsamplers.0.conv", x,
                           &(PzLayer) {
                             .out = widths[i],
                             .kernel = 3,
                             .stride = 2,
                             .pad_after = TRUE,
                           });
      pz_graph_pop (graph);
    }
  x = vae_middle (graph, config, x);
  x = vae_norm (graph, config, "conv_norm_out", x, PZ_ACT_SILU);
  x = pz_layer_conv (graph, "conv_out", x, &(PzLayer) { .out = moments, .kernel = 3 });
  pz_graph_pop (graph);
  return pz_layer_conv (graph, "quant_conv", x, &(PzLayer) { .out = moments, .kernel = 1 });
}

PzTensor *
pz_vae_decoder (PzGraph *graph, const PzVaeConfig *config, PzTensor *latent)
{
  guint last = config->n_block_out_channels - 1;

  PzTensor *x = pz_layer_conv (graph, "post_quant_conv", pz_layer_enter (graph, latent),
                               &(PzLayer) { .out = config->latent_channels, .kernel = 1 });
  pz_graph_push (graph, "decoder");
  x = pz_layer_conv (graph, "conv_in", x,
                     &(PzLayer) { .out = config->block_out_channels[last], .kernel = 3 });
  x = vae_middle (graph, config, x);
  for (guint i = 0; i <= last; i++)
    {
      guint width = config->block_out_channels[last - i];

      pz_graph_push (graph, "up_blocks.%u", i);
      x = vae_resnets (graph, config, x, width, config->layers_per_block + 1);
      if (i < last)
        x = pz_layer_conv (graph, "upsamplers.0.conv", pz_upsample_nearest (graph, x, 2),
                           &(PzLayer) { .out = width, .kernel = 3 });
      pz_graph_pop (graph);
    }
  x = vae_norm (graph, config, "conv_norm_out", x, PZ_ACT_SILU);
  x = pz_layer_conv (graph, "conv_out", x,
                     &(PzLayer) { .out = config->out_channels, .kernel = 3 });
  pz_graph_pop (graph);
  return x;
}
