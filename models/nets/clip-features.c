/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/clip-features.h"

#include "models/nets/image-encoder.h"
#include "models/nets/layers.h"
#include "models/nets/text-encoder.h"

/* A matrix without bias, into the space that both towers share. */
static PzTensor *
project (PzGraph *graph, const PzClipConfig *config, const char *name, PzTensor *x)
{
  return pz_layer_linear (graph, name, x,
                          &(PzLayer) { .out = config->projection_dim, .no_bias = TRUE });
}

PzTensor *
pz_clip_text_features (PzGraph *graph,
                       const PzClipConfig *config,
                       PzTensor *ids,
                       PzTensor *ends)
{
  const guint width = config->text.hidden_size;
  PzTensor *hidden = pz_text_encoder (graph, &config->text, &(PzTextInputs) { .ids = ids });

  if (hidden == NULL)
    return NULL;
  hidden =
    pz_reshape (graph, hidden, 2, (guint[]) { hidden->dims[0] * hidden->dims[1], width });
  hidden = pz_embedding (graph, hidden, ends, NULL); /* [1, B, D] */
  if (hidden != NULL)
    hidden = pz_reshape (graph, hidden, 2, (guint[]) { hidden->dims[1], width });
  return project (graph, config, "text_projection", hidden);
}

PzTensor *
pz_clip_image_features (PzGraph *graph, const PzClipConfig *config, PzTensor *pixel_values)
{
  return project (graph, config, "visual_projection",
                  pz_image_encoder_pooled (graph, &config->vision, pixel_values));
}
