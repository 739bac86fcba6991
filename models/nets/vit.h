/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A vision transformer (Dosovitskiy et al., 2021; keys as in transformers' ViTModel), the architecture that DINO trains without
 * labels (Caron et al., 2021).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* pixel_values [B, S, S, 3], normalised, S = image_size; any float dtype. -> [B, W]: the class token after the last LayerNorm,
 * not normalised to unit length. */
PzTensor *pz_vit (PzGraph *graph, const PzVisionConfig *config, PzTensor *pixel_values);

G_END_DECLS
