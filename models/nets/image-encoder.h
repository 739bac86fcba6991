/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's vision encoder with its hidden states (keys as transformers' CLIPVisionModel, the
 * misspelt "pre_layrnorm" included).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* pixel_values [B, S, S, 3], normalised, S = image_size; any float dtype.
 * hidden: num_hidden_layers + 1 tensors [B, 1 + P, W], P = (S / patch_size)^2 patches in rows after
 * the class token: hidden[0] leaves the first LayerNorm, hidden[n] leaves layer n. The last one is
 * raw too: ELITE's mappers want it without post_layernorm. */
void pz_image_encoder (PzGraph *graph,
                       const PzVisionConfig *config,
                       PzTensor *pixel_values,
                       PzTensor *hidden[]);

/* The class token as it leaves the last layer, through post_layernorm: [B, W], transformers' pooler_output. */
PzTensor *
pz_image_encoder_pooled (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixel_values);

/* CLIP's normalisation of R, G and B: less the mean, over the deviation. */
extern const float pz_image_encoder_mean[3];
extern const float pz_image_encoder_deviation[3];

/* P. */
guint pz_image_encoder_patches (const PzVisionConfig *config);

G_END_DECLS
