/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/image-prompt.h"

#include "models/nets/layers.h"

#define LAYER_NORM_EPS 1e-5f

static PzTensor *
norm (PzGraph *graph, const char *name, PzTensor *x)
{
  return pz_layer_layer_norm (graph, name, x, LAYER_NORM_EPS, PZ_ACT_NONE);
}

static PzTensor *
project (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *features)
{
  const guint t = config->n_tokens, d = config->cross_attention_dim;
  PzTensor *x = pz_layer_linear (graph, "proj", features, &(PzLayer) { .out = t * d });

  if (x == NULL)
    return NULL;
  return norm (graph, "norm", pz_reshape (graph, x, 3, (guint[]) { x->dims[0], t, d }));
}

/* Attention of the latents to the patches and to themselves. x is the same in all layers; each layer has its own norm for
 * it. */
static PzTensor *
look (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *x, PzTensor *latents)
{
  const guint inner = config->inner_dim;
  const guint heads = inner / PZ_IMAGE_PROMPT_HEAD_DIM;
  PzTensor *patches = norm (graph, "norm1", x);
  PzTensor *own = norm (graph, "norm2", latents);
  PzTensor *q =
    pz_layer_linear (graph, "to_q", own, &(PzLayer) { .out = inner, .no_bias = TRUE });
  PzTensor *kv = pz_layer_linear (graph, "to_kv", pz_concat (graph, patches, own, 1),
                                  &(PzLayer) { .out = 2 * inner, .no_bias = TRUE });
  PzTensor *k = pz_slice (graph, kv, 2, 0, inner);
  PzTensor *v = pz_slice (graph, kv, 2, inner, inner);

  return pz_layer_linear (graph, "to_out",
                          pz_attention (graph, q, k, v, &(PzAttention) { .heads = heads }),
                          &(PzLayer) {
                            .out = config->dim,
                            .no_bias = TRUE,
                            .residual = latents,
                          });
}

/* The numbers are the layers' positions in the file. */
static PzTensor *
feed_forward (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *latents)
{
  PzTensor *h = norm (graph, "0", latents);

  h = pz_layer_linear (graph, "1", h,
                       &(PzLayer) {
                         .out = config->feed_forward_dim,
                         .no_bias = TRUE,
                         .act = PZ_ACT_GELU,
                       });
  return pz_layer_linear (graph, "3", h,
                          &(PzLayer) {
                            .out = config->dim,
                            .no_bias = TRUE,
                            .residual = latents,
                          });
}

static PzTensor *
resample (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *features)
{
  const guint dims[] = { 1, config->n_tokens, config->dim };
  PzTensor *latents = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "latents", 3, dims);
  PzTensor *x = pz_layer_linear (graph, "proj_in", features, &(PzLayer) { .out = config->dim });

  if (x == NULL)
    return NULL;
  latents = pz_layer_repeat (graph, latents, x->dims[0]);
  for (guint i = 0; i < config->depth; i++)
    {
      pz_graph_push (graph, "layers.%u.0", i);
      latents = look (graph, config, x, latents);
      pz_graph_pop (graph);
      pz_graph_push (graph, "layers.%u.1", i);
      latents = feed_forward (graph, config, latents);
      pz_graph_pop (graph);
    }
  latents = pz_layer_linear (graph, "proj_out", latents,
                             &(PzLayer) { .out = config->cross_attention_dim });
  return norm (graph, "norm_out", latents);
}

PzTensor *
pz_image_prompt (PzGraph *graph, const PzImagePromptConfig *config, PzTensor *features)
{
  static PzTensor *(*const builders[PZ_N_IMAGE_PROMPTS]) (PzGraph *,
                                                          const PzImagePromptConfig *,
                                                          PzTensor *) = {
    [PZ_IMAGE_PROMPT_BASE] = project,
    [PZ_IMAGE_PROMPT_PLUS] = resample,
  };

  pz_graph_push (graph, "image_proj");
  PzTensor *tokens = builders[config->kind](graph, config, pz_layer_enter (graph, features));
  pz_graph_pop (graph);
  return tokens;
}
