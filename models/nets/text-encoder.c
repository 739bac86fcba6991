/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/text-encoder.h"

#include "models/nets/clip.h"
#include "models/nets/layers.h"

static PzTensor *
text_embeddings (PzGraph *graph, const PzTextConfig *config, PzTensor *ids, PzTensor *extra)
{
  if (ids == NULL)
    return NULL;

  pz_graph_push (graph, "embeddings");
  PzTensor *tokens = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "token_embedding.weight", 2,
                                      (guint[]) { config->vocab_size, config->hidden_size });
  PzTensor *positions =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "position_embedding.weight", 2,
                     (guint[]) { config->max_position_embeddings, config->hidden_size });
  PzTensor *x = pz_embedding (graph, tokens, ids, pz_layer_enter (graph, extra));
  x = pz_add (graph, x, pz_slice (graph, positions, 0, 0, ids->dims[1]));
  pz_graph_pop (graph);
  return x;
}

PzTensor *
pz_text_encoder (PzGraph *graph, const PzTextConfig *config, PzTensor *ids, PzTensor *extra)
{
  const PzClipLayer layer = {
    .intermediate_size = config->intermediate_size,
    .num_attention_heads = config->num_attention_heads,
    .hidden_act = config->hidden_act,
    .layer_norm_eps = config->layer_norm_eps,
    .causal = TRUE,
  };

  pz_graph_push (graph, "text_model");
  PzTensor *x = text_embeddings (graph, config, ids, extra); /* [B, T, D] */
  for (guint i = 0; i < config->num_hidden_layers; i++)
    {
      pz_graph_push (graph, "encoder.layers.%u", i);
      x = pz_clip_layer (graph, &layer, x);
      pz_graph_pop (graph);
    }
  x = pz_layer_layer_norm (graph, "final_layer_norm", x, config->layer_norm_eps, PZ_ACT_NONE);
  pz_graph_pop (graph);
  return x;
}
