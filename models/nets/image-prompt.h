/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IP-Adapter's projection of CLIP image features to tokens that are attended in addition to those of the prompt (Ye et al.,
 * IP-Adapter, 2023; methods: image prompt tokens). Keys are the published ones: "image_proj.…". pz_unet_context () with
 * PZ_KEYS_IMAGE makes the keys and values of these tokens.
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_IMAGE_PROMPT_BASE, /* one matrix applied to CLIP's image features */
  PZ_IMAGE_PROMPT_PLUS, /* a resampler of the second-to-last layer's patches */
  PZ_N_IMAGE_PROMPTS,
} PzImagePromptKind;

/* The shape of the network, measured from a file's tensors. */
typedef struct
{
  PzImagePromptKind kind;
  guint n_tokens; /* T: 4; plus: 16 */
  guint cross_attention_dim; /* D */
  guint
    embed_dim; /* E, width of the input: CLIP's projection_dim; plus: the encoder's hidden_size */
  guint dim; /* plus: width of the resampler */
  guint inner_dim; /* plus: total width of all heads, each 64 wide */
  guint feed_forward_dim; /* plus */
  guint depth; /* plus: number of layers */
} PzImagePromptConfig;

/* Width of one head of the resampler, fixed by its authors. */
#define PZ_IMAGE_PROMPT_HEAD_DIM 64

/* base: features [B, E], CLIP's image features, not normalised to unit length; zeros mean "no picture".
 * plus: features [B, 1 + P, E], the second-to-last layer's hidden states, without a norm after them.
 * -> tokens [B, T, D] in the graph's dtype. */
PzTensor *
pz_image_prompt (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *features);

G_END_DECLS
