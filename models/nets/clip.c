/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/clip.h"

#include "models/nets/layers.h"

static const PzActivation hidden_acts[] = {
  [PZ_QUICK_GELU] = PZ_ACT_QUICK_GELU,
  [PZ_GELU] = PZ_ACT_GELU,
};

PzActivation
pz_clip_activation (guint hidden_act)
{
  return hidden_acts[hidden_act];
}

static PzTensor *
clip_attention (PzGraph *graph, const PzClipLayer *layer, PzTensor *x, PzTensor *residual)
{
  guint width = pz_layer_width (x);

  pz_graph_push (graph, "self_attn");
  PzTensor *q = pz_layer_linear (graph, "q_proj", x, &(PzLayer) { .out = width });
  PzTensor *k = pz_layer_linear (graph, "k_proj", x, &(PzLayer) { .out = width });
  PzTensor *v = pz_layer_linear (graph, "v_proj", x, &(PzLayer) { .out = width });
  if (layer->prefix_keys != NULL)
    {
      k = pz_concat (graph, layer->prefix_keys, k, 1);
      v = pz_concat (graph, layer->prefix_values, v, 1);
    }
  PzTensor *seen = pz_attention (graph, q, k, v,
                                 &(PzAttention) {
                                   .heads = layer->num_attention_heads,
                                   .causal = layer->causal,
                                   .key_bias = layer->key_bias,
                                 });
  PzTensor *y = pz_layer_linear (graph, "out_proj", seen,
                                 &(PzLayer) {
                                   .out = width,
                                   .residual = residual,
                                 });
  pz_graph_pop (graph);
  return y;
}

static PzTensor *
clip_mlp (PzGraph *graph, const PzClipLayer *layer, PzTensor *x, PzTensor *residual)
{
  pz_graph_push (graph, "mlp");
  PzTensor *inner = pz_layer_linear (graph, "fc1", x,
                                     &(PzLayer) {
                                       .out = layer->intermediate_size,
                                       .act = pz_clip_activation (layer->hidden_act),
                                     });
  PzTensor *y = pz_layer_linear (graph, "fc2", inner,
                                 &(PzLayer) {
                                   .out = pz_layer_width (x),
                                   .residual = residual,
                                 });
  pz_graph_pop (graph);
  return y;
}

PzTensor *
pz_clip_layer (PzGraph *graph, const PzClipLayer *layer, PzTensor *x)
{
  PzTensor *normed =
    pz_layer_layer_norm (graph, "layer_norm1", x, layer->layer_norm_eps, PZ_ACT_NONE);
  x = clip_attention (graph, layer, normed, x);
  normed = pz_layer_layer_norm (graph, "layer_norm2", x, layer->layer_norm_eps, PZ_ACT_NONE);
  return clip_mlp (graph, layer, normed, x);
}
