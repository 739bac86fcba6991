/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file numbers the layers of each half consecutively, including those without weights (ReLU, upsampling); `index` is the
 * current number.
 */
#include "models/nets/tiny-vae.h"

#include "models/nets/layers.h"

/* relu (conv (relu (conv (relu (conv (x))))) + x) */
static PzTensor *
tiny_block (PzGraph *graph, guint index, PzTensor *x)
{
  PzLayer layer = { .out = pz_layer_width (x), .kernel = 3, .act = PZ_ACT_RELU };

  pz_graph_push (graph, "%u", index);
  PzTensor *h = pz_layer_conv (graph, "conv.0", x, &layer);
  h = pz_layer_conv (graph, "conv.2", h, &layer);
  h = pz_layer_conv (graph, "conv.4", h,
                     &(PzLayer) {
                       .out = pz_layer_width (x),
                       .kernel = 3,
                       .residual = x,
                       .act_out = PZ_ACT_RELU,
                     });
  pz_graph_pop (graph);
  return h;
}

static PzTensor *
tiny_conv (PzGraph *graph, guint index, PzTensor *x, const PzLayer *layer)
{
  g_autofree char *name = g_strdup_printf ("%u", index);

  return pz_layer_conv (graph, name, x, layer);
}

PzTensor *
pz_tiny_vae_encoder (PzGraph *graph, const PzTinyVaeConfig *config, PzTensor *image)
{
  guint index = 0;

  pz_graph_push (graph, "encoder.layers");
  /* The network expects 0..1. */
  PzTensor *x = pz_affine (graph, pz_layer_enter (graph, image), 0.5f, 0.5f);
  for (guint level = 0; level < config->n_num_encoder_blocks; level++)
    {
      x = tiny_conv (graph, index++, x,
                     &(PzLayer) {
                       .out = config->encoder_block_out_channels[level],
                       .kernel = 3,
                       .stride = level == 0 ? 1 : 2,
                       .no_bias = level > 0,
                     });
      for (guint i = 0; i < config->num_encoder_blocks[level]; i++)
        x = tiny_block (graph, index++, x);
    }
  x = tiny_conv (graph, index, x, &(PzLayer) { .out = config->latent_channels, .kernel = 3 });
  pz_graph_pop (graph);
  return x;
}

PzTensor *
pz_tiny_vae_decoder (PzGraph *graph, const PzTinyVaeConfig *config, PzTensor *latent)
{
  const guint *widths = config->decoder_block_out_channels;
  guint last = config->n_num_decoder_blocks - 1;
  guint index = 0;

  pz_graph_push (graph, "decoder.layers");
  PzTensor *x = pz_unary (graph, pz_layer_enter (graph, latent), PZ_ACT_TANH3);
  x = tiny_conv (graph, index++, x,
                 &(PzLayer) { .out = widths[0], .kernel = 3, .act = PZ_ACT_RELU });
  index++; /* the ReLU */
  for (guint level = 0; level <= last; level++)
    {
      for (guint i = 0; i < config->num_decoder_blocks[level]; i++)
        x = tiny_block (graph, index++, x);
      if (level == last)
        break;
      x = pz_upsample_nearest (graph, x, 2);
      index++; /* the upsampling */
      x = tiny_conv (graph, index++, x,
                     &(PzLayer) { .out = widths[level + 1], .kernel = 3, .no_bias = TRUE });
    }
  x = tiny_conv (graph, index, x, &(PzLayer) { .out = config->out_channels, .kernel = 3 });
  pz_graph_pop (graph);
  return pz_affine (graph, x, 2.0f, -1.0f);
}
