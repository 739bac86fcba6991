/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ELITE's mapping networks (Wei et al., 2023): they map hidden states of the image encoder to words of the prompt, and to local
 * features for the U-Net's cross attention.
 *
 * They request their weights as "global/…" and "local/…": bind those prefixes to elite/global_mapper.safetensors and
 * elite/local_mapper.safetensors.
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* features: the hidden states config->layers[0..4] of the whole picture, each [B, 1 + P, hidden_size]. -> words [B, 5, D],
 * primary word first. */
PzTensor *pz_global_mapper (PzGraph *graph,
                            const PzMapperConfig *config,
                            PzTensor *const features[PZ_MAPPER_FEATURES]);

/* features: the same hidden states for the object on a black background; mask [B, P], 0 or 1, any float dtype. -> local
 * features [B, P, D]; rows outside the mask are exactly zero. */
PzTensor *pz_local_mapper (PzGraph *graph,
                           const PzMapperConfig *config,
                           PzTensor *const features[PZ_MAPPER_FEATURES],
                           PzTensor *mask);

G_END_DECLS
