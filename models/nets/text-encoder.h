/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's text encoder (Radford et al., 2021; keys as in transformers' CLIPTextModel).
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
    *embeds; /* used instead of ids and extra: the token embeddings [B, T, D]; else NULL */
  /* [E, D] or NULL: id vocab_size + j selects row j (learned and encoded words, before positions are added). */
  PzTensor *extra;
  /* CatVersion's adapter (Zhao et al., 2023); set both fields or neither. Projected keys and values placed before those of the
   * last L layers, visible from every position. [P, 2 L, D]: row 2 l is the key and row 2 l + 1 the value for layer
   * num_hidden_layers - L + l. */
  PzTensor *prefix;
  /* F32 [B, P + T], added to the scores: P times PZ_TEXT_PREFIX_BIAS, or PZ_TEXT_PREFIX_HIDDEN if the adapter is off, followed
   * by T zeros. */
  PzTensor *prefix_bias;
} PzTextInputs;

/* The authors' code pads its additive causal mask with ones at the prefix positions. */
#define PZ_TEXT_PREFIX_BIAS 1.0f
#define PZ_TEXT_PREFIX_HIDDEN -1e30f

/* -> [B, T, D], the last hidden state after the final LayerNorm, which is the U-Net's context. */
PzTensor *
pz_text_encoder (PzGraph *graph, const PzTextConfig *config, const PzTextInputs *inputs);

G_END_DECLS
