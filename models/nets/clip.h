/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The transformer layer shared by CLIP's text and vision encoders.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

typedef struct
{
  guint intermediate_size;
  guint num_attention_heads;
  PzHiddenAct hidden_act;
  float layer_norm_eps;
  gboolean causal;
  /* Keys and values placed before the layer's own. Set all three or none. */
  PzTensor *prefix_keys; /* [B, P, W] */
  PzTensor *prefix_values; /* [B, P, W] */
  PzTensor *key_bias; /* F32 [B, P + T], see PzAttention */
} PzClipLayer;

/* Call it in the scope "…encoder.layers.N". x [B, T, W] -> [B, T, W]. */
PzTensor *pz_clip_layer (PzGraph *graph, const PzClipLayer *layer, PzTensor *x);

/* The activation for a PzHiddenAct. */
PzActivation pz_clip_activation (guint hidden_act);

G_END_DECLS
