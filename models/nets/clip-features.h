/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the whole of CLIP says of a text and of a picture, in the space where the two are compared (Radford et al.,
 * 2021; keys as transformers' CLIPModel).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* ids I32 [B, T]; ends I32 [1, B]: of each text the place of its end token among all B * T, counted on from text to text.
 * -> [B, P], P = projection_dim, of any length. */
PzTensor *pz_clip_text_features (PzGraph *graph,
                                 const PzClipConfig *config,
                                 PzTensor *ids,
                                 PzTensor *ends);

/* pixel_values [B, S, S, 3], normalised, S = image_size; any float dtype. -> [B, P], of any length. */
PzTensor *
pz_clip_image_features (PzGraph *graph, const PzClipConfig *config, PzTensor *pixel_values);

G_END_DECLS
