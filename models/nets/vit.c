/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/vit.h"

#include "models/nets/clip.h"
#include "models/nets/image-encoder.h"
#include "models/nets/layers.h"

static PzTensor *
vit_embeddings (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixels)
{
  const guint width = config->hidden_size;

  if (pixels == NULL)
    return NULL;
  pz_graph_push (graph, "embeddings");
  PzTensor *first =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "cls_token", 3, (guint[]) { 1, 1, width });
  PzTensor *positions =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "position_embeddings", 3,
                     (guint[]) { 1, pz_image_encoder_patches (config) + 1, width });
  PzTensor *patches = pz_layer_conv (graph, "patch_embeddings.projection", pixels,
                                     &(PzLayer) {
                                       .out = width,
                                       .kernel = config->patch_size,
                                       .stride = config->patch_size,
                                     });
  first = pz_layer_repeat (graph, first, pixels->dims[0]); /* [B, 1, W] */
  PzTensor *x = pz_concat (graph, first, pz_layer_to_tokens (graph, patches), 1);
  x = pz_add (graph, x, positions); /* [B, 1 + P, W] */
  pz_graph_pop (graph);
  return x;
}

static PzTensor *
vit_attention (PzGraph *graph, const PzVisionConfig *config, PzTensor *x, PzTensor *residual)
{
  const PzLayer plain = { .out = config->hidden_size };
  PzTensor *q = pz_layer_linear (graph, "attention.attention.query", x, &plain);
  PzTensor *k = pz_layer_linear (graph, "attention.attention.key", x, &plain);
  PzTensor *v = pz_layer_linear (graph, "attention.attention.value", x, &plain);
  PzTensor *seen =
    pz_attention (graph, q, k, v, &(PzAttention) { .heads = config->num_attention_heads });

  return pz_layer_linear (graph, "attention.output.dense", seen,
                          &(PzLayer) { .out = config->hidden_size, .residual = residual });
}

static PzTensor *
vit_layer (PzGraph *graph, const PzVisionConfig *config, PzTensor *x)
{
  const float eps = config->layer_norm_eps;
  PzTensor *normed = pz_layer_layer_norm (graph, "layernorm_before", x, eps, PZ_ACT_NONE);

  x = vit_attention (graph, config, normed, x);
  normed = pz_layer_layer_norm (graph, "layernorm_after", x, eps, PZ_ACT_NONE);
  PzTensor *inner = pz_layer_linear (graph, "intermediate.dense", normed,
                                     &(PzLayer) {
                                       .out = config->intermediate_size,
                                       .act = pz_clip_activation (config->hidden_act),
                                     });
  return pz_layer_linear (graph, "output.dense", inner,
                          &(PzLayer) { .out = config->hidden_size, .residual = x });
}

PzTensor *
pz_vit (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixel_values)
{
  PzTensor *x = vit_embeddings (graph, config, pz_layer_enter (graph, pixel_values));

  for (guint i = 0; i < config->num_hidden_layers; i++)
    {
      pz_graph_push (graph, "encoder.layer.%u", i);
      x = vit_layer (graph, config, x);
      pz_graph_pop (graph);
    }
  return pz_layer_layer_norm (graph, "layernorm", pz_layer_first_token (graph, x),
                              config->layer_norm_eps, PZ_ACT_NONE);
}
