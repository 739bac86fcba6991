/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/image-encoder.h"

#include "models/nets/clip.h"
#include "models/nets/layers.h"

const float pz_image_encoder_mean[3] = { 0.48145466f, 0.4578275f, 0.40821073f };
const float pz_image_encoder_deviation[3] = { 0.26862954f, 0.26130258f, 0.27577711f };

guint
pz_image_encoder_patches (const PzVisionConfig *config)
{
  guint side = config->image_size / config->patch_size;

  return side * side;
}

static PzTensor *
vision_embeddings (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixels)
{
  guint width = config->hidden_size;

  if (pixels == NULL)
    return NULL;

  pz_graph_push (graph, "embeddings");
  PzTensor *first = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "class_embedding", 1, &width);
  PzTensor *positions =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "position_embedding.weight", 2,
                     (guint[]) { pz_image_encoder_patches (config) + 1, width });
  PzTensor *patches = pz_layer_conv (graph, "patch_embedding", pixels,
                                     &(PzLayer) {
                                       .out = width,
                                       .kernel = config->patch_size,
                                       .stride = config->patch_size,
                                       .no_bias = TRUE,
                                     });
  first = pz_reshape (graph, first, 3, (guint[]) { 1, 1, width });
  first = pz_layer_repeat (graph, first, pixels->dims[0]); /* [B, 1, W] */
  PzTensor *x = pz_concat (graph, first, pz_layer_to_tokens (graph, patches), 1);
  x = pz_add (graph, x, positions); /* [B, 1 + P, W] */
  pz_graph_pop (graph);
  return x;
}

void
pz_image_encoder (PzGraph *graph,
                  const PzVisionConfig *config,
                  PzTensor *pixel_values,
                  PzTensor *hidden[])
{
  const PzClipLayer layer = {
    .intermediate_size = config->intermediate_size,
    .num_attention_heads = config->num_attention_heads,
    .hidden_act = config->hidden_act,
    .layer_norm_eps = config->layer_norm_eps,
    .causal = FALSE,
  };

  pz_graph_push (graph, "vision_model");
  PzTensor *x = vision_embeddings (graph, config, pz_layer_enter (graph, pixel_values));
  hidden[0] =
    pz_layer_layer_norm (graph, "pre_layrnorm", x, config->layer_norm_eps, PZ_ACT_NONE);
  for (guint i = 0; i < config->num_hidden_layers; i++)
    {
      pz_graph_push (graph, "encoder.layers.%u", i);
      hidden[i + 1] = pz_clip_layer (graph, &layer, hidden[i]);
      pz_graph_pop (graph);
    }
  pz_graph_pop (graph);
}

PzTensor *
pz_image_encoder_pooled (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixel_values)
{
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, config->num_hidden_layers + 1);
  PzTensor *pooled;

  pz_image_encoder (graph, config, pixel_values, hidden);
  pz_graph_push (graph, "vision_model");
  pooled = pz_layer_layer_norm (graph, "post_layernorm",
                                pz_layer_first_token (graph, hidden[config->num_hidden_layers]),
                                config->layer_norm_eps, PZ_ACT_NONE);
  pz_graph_pop (graph);
  return pooled;
}
