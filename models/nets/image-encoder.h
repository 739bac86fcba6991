/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's vision encoder, including its hidden states (keys as in transformers' CLIPVisionModel, including the misspelt
 * "pre_layrnorm").
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* pixel_values [B, S, S, 3], normalised, S = image_size; any float dtype.
 * hidden: an array of num_hidden_layers + 1 tensors [B, 1 + P, W]: the class token, then P = (S / patch_size)^2 patches in row
 * order. hidden[0] is the output of the first LayerNorm, hidden[n] that of layer n. The last one has no post_layernorm either,
 * as ELITE's mappers require. */
void pz_image_encoder (PzGraph *graph,
                       const PzVisionConfig *config,
                       PzTensor *pixel_values,
                       PzTensor *hidden[]);

/* The class token of the last layer after post_layernorm: [B, W], transformers' pooler_output. */
PzTensor *
pz_image_encoder_pooled (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixel_values);

/* CLIP's normalisation of R, G and B: subtract the mean, divide by the standard deviation. */
extern const float pz_image_encoder_mean[3];
extern const float pz_image_encoder_deviation[3];

/* The number of patches, P. */
guint pz_image_encoder_patches (const PzVisionConfig *config);

G_END_DECLS
