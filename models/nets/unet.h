/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UNet2DConditionModel as in Stable Diffusion 1.x and 2.x, with ELITE's gated local branch and IP-Adapter's image tokens in every
 * cross attention (methods: cross attention with both branches, decoupled cross attention).
 *
 * Keys and values do not depend on the timestep: build pz_unet_context () in a graph of its own, once per
 * prompt and concept, and let the denoising graph read them as inputs; or build both in one graph.
 *
 * Thread: the graph's; pz_unet_sites () and the two feature functions: any.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* A cross attention ("attn2"). */
typedef struct
{
  char name[96]; /* module path: "down_blocks.0.attentions.0.transformer_blocks.0.attn2" */
  guint width; /* of its keys and values, all heads */
  guint heads;
} PzUnetSite;

/* In the order of the network (down, mid, up). Returns their number. */
guint pz_unet_sites (const PzUnetConfig *config, PzUnetSite sites[PZ_UNET_MAX_SITES]);

typedef struct
{
  PzTensor *k; /* [B, T, site width], the graph's dtype */
  PzTensor *v;
} PzKeyValue;

/* Whose matrices make keys and values. */
typedef enum
{
  PZ_KEYS_OWN, /* the U-Net's: "{site}.to_k.weight" */
  PZ_KEYS_GLOBAL, /* ELITE's tuned ones, used whenever a concept is there: "global/{site_}_to_k.weight" */
  PZ_KEYS_LOCAL, /* ELITE's for local features: "local/{site_}_to_k.weight" */
  PZ_KEYS_IMAGE, /* IP-Adapter's for image tokens: "ip_adapter.{n}.to_k_ip.weight" in the graph's scope */
} PzKeySource;

/* context [B, T, cross_attention_dim] (prompt, local features or image tokens), any float dtype -> keys and values
 * of all sites. */
void pz_unet_context (PzGraph *graph,
                      const PzUnetConfig *config,
                      PzTensor *context,
                      PzKeySource source,
                      PzKeyValue kv[PZ_UNET_MAX_SITES]);

/* Both ends of the same wire: results named "{prefix}.{site number}.k" and ".v" of the graph that makes
 * them, inputs of these names and of shape [batch, tokens, width] in the graph that reads them. */
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
  const PzKeyValue *kv; /* PZ_KEYS_LOCAL of its local features, per site */
  PzTensor *column; /* I32 [B]: where its primary word stands in the prompt */
  PzTensor *strength; /* F32 [B]: lambda; 0 for an unconditional half */
} PzUnetConcept;

/* A picture beside the prompt: its tokens are attended apart, and what is seen of them is added. */
typedef struct
{
  const PzKeyValue *kv; /* PZ_KEYS_IMAGE of its tokens, per site */
  PzTensor *strength; /* F32 [B]: the scale of what is added */
} PzUnetImage;

typedef struct
{
  PzTensor *sample; /* [B, H, W, in_channels], any float dtype */
  PzTensor *timestep; /* [B, block_out_channels[0]], pz_unet_timestep_features () */
  PzTensor *guidance; /* [B, time_cond_proj_dim], pz_unet_guidance_features (); NULL = none */
  const PzKeyValue *context; /* of the prompt, per site */
  const PzUnetConcept *concepts; /* n_concepts of them */
  guint n_concepts;
  const PzUnetImage *images; /* n_images of them */
  guint n_images;
} PzUnetInputs;

/* -> [B, H, W, out_channels] in the graph's dtype. H and W need not be multiples of anything: where an odd
 * size was halved, the way up is cropped to it. */
PzTensor *pz_unet (PzGraph *graph, const PzUnetConfig *config, const PzUnetInputs *inputs);

/* The sinusoid of a timestep (which may lie between two), in double, block_out_channels[0] floats. */
void pz_unet_timestep_features (const PzUnetConfig *config, double timestep, float *features);

/* LCM's guidance embedding of w = guidance - 1, in double, time_cond_proj_dim floats. */
void pz_unet_guidance_features (const PzUnetConfig *config, double guidance, float *features);

G_END_DECLS
