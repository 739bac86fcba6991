/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UNet2DConditionModel of Stable Diffusion 1.x and 2.x, with ELITE's gated local branch and IP-Adapter's image tokens in every
 * cross attention (methods: cross attention with both branches, decoupled cross attention).
 *
 * Keys and values do not depend on the timestep. Either build pz_unet_context () in a separate graph, run it once per prompt
 * and concept, and let the denoising graph read the results as inputs; or build both in one graph.
 *
 * Thread: the graph's; pz_unet_sites () and the two feature functions: any.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* One cross attention ("attn2"). */
typedef struct
{
  char name[96]; /* module path: "down_blocks.0.attentions.0.transformer_blocks.0.attn2" */
  guint width; /* of its keys and values, all heads together */
  guint heads;
} PzUnetSite;

/* Lists the cross attentions in the order of execution (down, mid, up). Returns their number. */
guint pz_unet_sites (const PzUnetConfig *config, PzUnetSite sites[PZ_UNET_MAX_SITES]);

typedef struct
{
  PzTensor *k; /* [B, T, site width], in the graph's dtype */
  PzTensor *v;
} PzKeyValue;

/* Which matrices make the keys and values. */
typedef enum
{
  PZ_KEYS_OWN, /* the U-Net's: "{site}.to_k.weight" */
  PZ_KEYS_GLOBAL, /* ELITE's tuned ones, used whenever there is a concept: "global/{site_}_to_k.weight" */
  PZ_KEYS_LOCAL, /* ELITE's, for local features: "local/{site_}_to_k.weight" */
  PZ_KEYS_IMAGE, /* IP-Adapter's, for image tokens: "ip_adapter.{n}.to_k_ip.weight" in the graph's scope */
} PzKeySource;

/* context [B, T, cross_attention_dim] (prompt, local features or image tokens), any float dtype -> keys and values of all
 * sites. */
void pz_unet_context (PzGraph *graph,
                      const PzUnetConfig *config,
                      PzTensor *context,
                      PzKeySource source,
                      PzKeyValue kv[PZ_UNET_MAX_SITES]);

/* Pass keys and values from one graph to another. pz_unet_context_outputs () declares them as results "{prefix}.{site
 * number}.k" and ".v" of the graph that makes them; pz_unet_context_inputs () declares inputs of the same names, of shape
 * [batch, tokens, width], in the graph that reads them. */
void pz_unet_context_outputs (PzGraph *graph,
                              const PzUnetConfig *config,
                              const char *prefix,
                              const PzKeyValue kv[PZ_UNET_MAX_SITES]);
void pz_unet_context_inputs (PzGraph *graph,
                             const PzUnetConfig *config,
                             const char *prefix,
                             guint batch,
                             guint tokens,
                             PzKeyValue kv[PZ_UNET_MAX_SITES]);

/* One concept in the picture. */
typedef struct
{
  const PzKeyValue *kv; /* its local features through PZ_KEYS_LOCAL, one entry per site */
  PzTensor *column; /* I32 [B]: position of its primary word in the prompt */
  PzTensor *strength; /* F32 [B]: lambda; 0 for the unconditional half */
} PzUnetConcept;

/* A picture used in addition to the prompt: attention to its tokens is computed separately and its result added. */
typedef struct
{
  const PzKeyValue *kv; /* its tokens through PZ_KEYS_IMAGE, one entry per site */
  PzTensor *strength; /* F32 [B]: scale of the added result */
} PzUnetImage;

typedef struct
{
  PzTensor *sample; /* [B, H, W, in_channels], any float dtype */
  PzTensor *timestep; /* [B, block_out_channels[0]], from pz_unet_timestep_features () */
  PzTensor *guidance; /* [B, time_cond_proj_dim], pz_unet_guidance_features (); NULL = none */
  const PzKeyValue *context; /* of the prompt, one entry per site */
  const PzUnetConcept *concepts; /* [n_concepts] */
  guint n_concepts;
  const PzUnetImage *images; /* [n_images] */
  guint n_images;
} PzUnetInputs;

/* -> [B, H, W, out_channels] in the graph's dtype. H and W may have any size: where an odd size was halved, the upward path is
 * cropped to it. */
PzTensor *pz_unet (PzGraph *graph, const PzUnetConfig *config, const PzUnetInputs *inputs);

/* The sinusoidal embedding of a possibly fractional timestep, computed in double: block_out_channels[0] floats. */
void pz_unet_timestep_features (const PzUnetConfig *config, double timestep, float *features);

/* LCM's embedding of w = guidance - 1, computed in double: time_cond_proj_dim floats. */
void pz_unet_guidance_features (const PzUnetConfig *config, double guidance, float *features);

G_END_DECLS
