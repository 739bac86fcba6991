/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IP-Adapter's way from what CLIP's image encoder says to tokens that stand beside those of the prompt (Ye et al., IP-Adapter,
 * 2023; methods: image prompt tokens). Keys are the published ones: "image_proj.…". The tokens' own keys and values are
 * made by pz_unet_context () with PZ_KEYS_IMAGE.
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_IMAGE_PROMPT_BASE, /* one matrix on CLIP's picture features */
  PZ_IMAGE_PROMPT_PLUS, /* a resampler of the patches of the last layer but one */
  PZ_N_IMAGE_PROMPTS,
} PzImagePromptKind;

/* What a file's tensors say. */
typedef struct
{
  PzImagePromptKind kind;
  guint n_tokens; /* T: 4, of plus 16 */
  guint cross_attention_dim; /* D */
  guint
    embed_dim; /* E of what goes in: CLIP's projection_dim, of plus the encoder's hidden_size */
  guint dim; /* plus: width of the resampler */
  guint inner_dim; /* plus: width of all its heads, each 64 wide */
  guint feed_forward_dim; /* plus */
  guint depth; /* plus: layers */
} PzImagePromptConfig;

/* Width of a head of the resampler, as its authors fix it. */
#define PZ_IMAGE_PROMPT_HEAD_DIM 64

/* base: features [B, E], CLIP's picture features in any length; zeros stand for no picture.
 * plus: features [B, 1 + P, E], the hidden states that leave the last layer but one, without a norm behind it.
 * -> tokens [B, T, D] in the graph's dtype. */
PzTensor *
pz_image_prompt (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *features);

G_END_DECLS
