/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/text-encoder.h"

#include "models/nets/clip.h"
#include "models/nets/layers.h"

/* The token embeddings without positions: [B, T, D]. */
static PzTensor *
token_embeddings (PzGraph *graph, const PzTextConfig *config, const PzTextInputs *inputs)
{
  if (inputs->embeds != NULL)
    return pz_layer_enter (graph, inputs->embeds);

  PzTensor *tokens = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "token_embedding.weight", 2,
                                      (guint[]) { config->vocab_size, config->hidden_size });
  return pz_embedding (graph, tokens, inputs->ids, pz_layer_enter (graph, inputs->extra));
}

static PzTensor *
text_embeddings (PzGraph *graph, const PzTextConfig *config, const PzTextInputs *inputs)
{
  pz_graph_push (graph, "embeddings");
  PzTensor *x = token_embeddings (graph, config, inputs);
  PzTensor *positions =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "position_embedding.weight", 2,
                     (guint[]) { config->max_position_embeddings, config->hidden_size });
  if (x != NULL)
    x = pz_add (graph, x, pz_slice (graph, positions, 0, 0, x->dims[1]));
  pz_graph_pop (graph);
  return x;
}

/* The number of layers that the prefix has rows for; 0 = no prefix. */
static guint
prefix_layers (const PzTextInputs *inputs)
{
  return inputs->prefix != NULL ? inputs->prefix->dims[1] / 2 : 0;
}

/* Row `row` of every position of the prefix, repeated for the batch: [B, P, D]. */
static PzTensor *
prefix_row (PzGraph *graph, const PzTextInputs *inputs, guint row)
{
  PzTensor *rows = pz_slice (graph, pz_layer_enter (graph, inputs->prefix), 1, row, 1);

  if (rows == NULL)
    return NULL;
  rows = pz_reshape (graph, rows, 3, (guint[]) { 1, rows->dims[0], rows->dims[2] });
  return pz_layer_repeat (graph, rows,
                          inputs->embeds != NULL ? inputs->embeds->dims[0]
                                                 : inputs->ids->dims[0]);
}

PzTensor *
pz_text_encoder (PzGraph *graph, const PzTextConfig *config, const PzTextInputs *inputs)
{
  const guint first_prefixed = config->num_hidden_layers - prefix_layers (inputs);
  PzClipLayer layer = {
    .intermediate_size = config->intermediate_size,
    .num_attention_heads = config->num_attention_heads,
    .hidden_act = config->hidden_act,
    .layer_norm_eps = config->layer_norm_eps,
    .causal = TRUE,
  };

  pz_graph_push (graph, "text_model");
  PzTensor *x = text_embeddings (graph, config, inputs); /* [B, T, D] */
  for (guint i = 0; i < config->num_hidden_layers; i++)
    {
      if (i >= first_prefixed)
        {
          layer.prefix_keys = prefix_row (graph, inputs, 2 * (i - first_prefixed));
          layer.prefix_values = prefix_row (graph, inputs, 2 * (i - first_prefixed) + 1);
          layer.key_bias = inputs->prefix_bias;
        }
      pz_graph_push (graph, "encoder.layers.%u", i);
      x = pz_clip_layer (graph, &layer, x);
      pz_graph_pop (graph);
    }
  x = pz_layer_layer_norm (graph, "final_layer_norm", x, config->layer_norm_eps, PZ_ACT_NONE);
  pz_graph_pop (graph);
  return x;
}
