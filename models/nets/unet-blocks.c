/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/unet-blocks.h"

#include "models/nets/layers.h"

#define TRANSFORMER_GROUP_NORM_EPS 1e-6f
#define LAYER_NORM_EPS 1e-5f

PzTensor *
pz_unet_resnet (PzUnetState *state, PzTensor *x, guint out)
{
  return pz_layer_resnet (state->graph, x,
                          &(PzResnet) {
                            .out = out,
                            .groups = state->config->norm_num_groups,
                            .eps = state->config->norm_eps,
                            .time = state->time,
                          });
}

static PzTensor *
self_attention (PzGraph *graph, PzTensor *x, PzTensor *residual, guint heads)
{
  PzLayer plain = { .out = pz_layer_width (x), .no_bias = TRUE };

  pz_graph_push (graph, "attn1");
  PzTensor *q = pz_layer_linear (graph, "to_q", x, &plain);
  PzTensor *k = pz_layer_linear (graph, "to_k", x, &plain);
  PzTensor *v = pz_layer_linear (graph, "to_v", x, &plain);
  PzTensor *seen = pz_attention (graph, q, k, v, &(PzAttention) { .heads = heads });
  PzTensor *y = pz_layer_linear (graph, "to_out.0", seen,
                                 &(PzLayer) { .out = plain.out, .residual = residual });
  pz_graph_pop (graph);
  return y;
}

/* Adds the local attention of one concept, weighted by the attention to its word: o + A_local * m * lambda * v_local with m =
 * A[n, p] / max A[., p] over heads and positions of one picture. */
static PzTensor *
look_at_concept (PzUnetState *state,
                 const PzUnetConcept *concept,
                 guint site,
                 PzTensor *q,
                 PzTensor *seen,
                 guint heads)
{
  PzGraph *graph = state->graph;
  const PzKeyValue *text = &state->inputs->context[site];
  const PzKeyValue *local = &concept->kv[site];

  PzTensor *gate =
    pz_attention_column (graph, q, text->k, concept->column, heads); /* [B, heads, N] */
  PzTensor *local_seen =
    pz_attention (graph, q, local->k, local->v, &(PzAttention) { .heads = heads });
  return pz_gated_add (graph, local_seen,
                       &(PzGate) {
                         .gate = gate,
                         .gate_max = pz_max (graph, gate),
                         .strength = concept->strength,
                       },
                       seen);
}

/* o + scale * attention to the image tokens, both before to_out. */
static PzTensor *
look_at_image (PzGraph *graph,
               const PzUnetImage *image,
               guint site,
               PzTensor *q,
               PzTensor *seen,
               guint heads)
{
  PzTensor *image_seen = pz_attention (graph, q, image->kv[site].k, image->kv[site].v,
                                       &(PzAttention) { .heads = heads });

  return pz_gated_add (graph, image_seen, &(PzGate) { .strength = image->strength }, seen);
}

static PzTensor *
cross_attention (PzUnetState *state, PzTensor *x, PzTensor *residual, guint heads)
{
  PzGraph *graph = state->graph;
  const PzUnetInputs *inputs = state->inputs;
  guint site = state->next_site++;
  guint width = pz_layer_width (x);

  pz_graph_push (graph, "attn2");
  PzTensor *q =
    pz_layer_linear (graph, "to_q", x, &(PzLayer) { .out = width, .no_bias = TRUE });
  PzTensor *seen = pz_attention (graph, q, inputs->context[site].k, inputs->context[site].v,
                                 &(PzAttention) { .heads = heads });
  for (guint i = 0; i < inputs->n_concepts; i++)
    seen = look_at_concept (state, &inputs->concepts[i], site, q, seen, heads);
  for (guint i = 0; i < inputs->n_images; i++)
    seen = look_at_image (graph, &inputs->images[i], site, q, seen, heads);
  PzTensor *y = pz_layer_linear (graph, "to_out.0", seen,
                                 &(PzLayer) { .out = width, .residual = residual });
  pz_graph_pop (graph);
  return y;
}

static PzTensor *
feed_forward (PzGraph *graph, PzTensor *x, PzTensor *residual)
{
  guint width = pz_layer_width (x);

  PzTensor *h = pz_layer_linear (graph, "ff.net.0.proj", x, &(PzLayer) { .out = 8 * width });
  return pz_layer_linear (graph, "ff.net.2", pz_geglu (graph, h),
                          &(PzLayer) { .out = width, .residual = residual });
}

static PzTensor *
transformer_block (PzUnetState *state, PzTensor *x, guint heads)
{
  PzGraph *graph = state->graph;

  pz_graph_push (graph, "transformer_blocks.0");
  PzTensor *h = pz_layer_layer_norm (graph, "norm1", x, LAYER_NORM_EPS, PZ_ACT_NONE);
  x = self_attention (graph, h, x, heads);
  h = pz_layer_layer_norm (graph, "norm2", x, LAYER_NORM_EPS, PZ_ACT_NONE);
  x = cross_attention (state, h, x, heads);
  h = pz_layer_layer_norm (graph, "norm3", x, LAYER_NORM_EPS, PZ_ACT_NONE);
  x = feed_forward (graph, h, x);
  pz_graph_pop (graph);
  return x;
}

/* proj_in and proj_out are the same product, stored as a 1x1 convolution or as a matrix. */
static PzTensor *
project (PzUnetState *state, const char *name, PzTensor *x, PzTensor *residual)
{
  PzLayer layer = { .out = pz_layer_width (x), .kernel = 1, .residual = residual };

  if (state->config->use_linear_projection)
    return pz_layer_linear (state->graph, name, x, &layer);
  return pz_layer_conv (state->graph, name, x, &layer);
}

PzTensor *
pz_unet_transformer (PzUnetState *state, PzTensor *x, guint heads)
{
  PzGraph *graph = state->graph;

  if (x == NULL)
    return NULL;

  PzTensor *h = pz_layer_group_norm (graph, "norm", x, state->config->norm_num_groups,
                                     TRANSFORMER_GROUP_NORM_EPS, PZ_ACT_NONE);
  h = pz_layer_to_tokens (graph, project (state, "proj_in", h, NULL));
  h = transformer_block (state, h, heads);
  h = pz_layer_to_picture (graph, h, x->dims[1], x->dims[2]);
  return project (state, "proj_out", h, x);
}

PzTensor *
pz_unet_downsample (PzUnetState *state, PzTensor *x)
{
  return pz_layer_conv (state->graph, "conv", x,
                        &(PzLayer) {
                          .out = pz_layer_width (x),
                          .kernel = 3,
                          .stride = 2,
                        });
}

PzTensor *
pz_unet_upsample (PzUnetState *state, PzTensor *x, guint height, guint width)
{
  PzTensor *h = pz_upsample_nearest (state->graph, x, 2);

  /* Doubling a side of (n + 1) / 2 and cropping it to n gives the same pixels as nearest resampling directly to n. */
  if (h != NULL && h->dims[1] != height)
    h = pz_slice (state->graph, h, 1, 0, height);
  if (h != NULL && h->dims[2] != width)
    h = pz_slice (state->graph, h, 2, 0, width);
  return pz_layer_conv (state->graph, "conv", h,
                        &(PzLayer) { .out = pz_layer_width (x), .kernel = 3 });
}
