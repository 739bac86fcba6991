/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's text and image features: the projections of both encoders into the space in which texts and pictures are compared
 * (Radford et al., 2021; keys as in transformers' CLIPModel).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* ids I32 [B, T]; ends I32 [1, B]: for each text the index of its end token in the flattened ids, b * T + position. -> [B, P],
 * P = projection_dim, not normalised to unit length. */
PzTensor *pz_clip_text_features (PzGraph *graph,
                                 const PzClipConfig *config,
                                 PzTensor *ids,
                                 PzTensor *ends);

/* pixel_values [B, S, S, 3], normalised, S = image_size; any float dtype. -> [B, P], not normalised to unit length. */
PzTensor *
pz_clip_image_features (PzGraph *graph, const PzClipConfig *config, PzTensor *pixel_values);

G_END_DECLS
