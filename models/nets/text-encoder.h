/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's text encoder (Radford et al., 2021; keys as transformers' CLIPTextModel).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

typedef struct
{
  PzTensor *ids; /* I32 [B, T], T at most max_position_embeddings */
  PzTensor
    *embeds; /* or, in place of ids and extra, what they stand for: [B, T, D]; else NULL */
  /* [E, D] or NULL: id vocab_size + j is its row j (learned and encoded words, before positions are
   * added). */
  PzTensor *extra;
  /* CatVersion's adapter (Zhao et al., 2023), both or none: keys and values as they leave their
   * projections, in front of those of the last L layers, seen from every position.
   * [P, 2 L, D]: row 2 l is a key, row 2 l + 1 a value of layer num_hidden_layers - L + l. */
  PzTensor *prefix;
  /* F32 [B, P + T], added to the scores: PZ_TEXT_PREFIX_BIAS in front of T zeros, or
   * PZ_TEXT_PREFIX_HIDDEN where the adapter is off. */
  PzTensor *prefix_bias;
} PzTextInputs;

/* The authors' attention pads its additive causal mask with ones where the prefix stands. */
#define PZ_TEXT_PREFIX_BIAS 1.0f
#define PZ_TEXT_PREFIX_HIDDEN -1e30f

/* -> [B, T, D], the last hidden state after the final LayerNorm: what the U-Net sees. */
PzTensor *
pz_text_encoder (PzGraph *graph, const PzTextConfig *config, const PzTextInputs *inputs);

G_END_DECLS
