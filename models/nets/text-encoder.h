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

/* ids I32 [B, T], T at most max_position_embeddings; extra [E, D] or NULL: id vocab_size + j is its
 * row j (learned and encoded words, before positions are added). -> [B, T, D], the last hidden state
 * after the final LayerNorm: what the U-Net sees. */
PzTensor *
pz_text_encoder (PzGraph *graph, const PzTextConfig *config, PzTensor *ids, PzTensor *extra);

G_END_DECLS
