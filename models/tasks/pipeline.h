/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled programs that make pictures of one shape. Made once, replayed for every prompt, variant and
 * step; whatever changes in between is written into their inputs.
 *
 *   condition  ids, extra words, weights, local features -> keys and values of every cross attention, once per prompt
 *   denoise    latent, timestep, keys and values -> the next latent (the U-Net and the sampler's update), each step
 *   decode     latent, or a tile of a large one -> picture, per variant (decode.h)
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "compute/sampler.h"
#include "models/files/image-prompts.h"
#include "models/files/model-folder.h"
#include "models/params.h"
#include "models/tasks/footprint.h"
#include "models/tasks/overlay.h"
#include "models/tasks/tiles.h"

G_BEGIN_DECLS

typedef struct
{
  guint width, height; /* of the picture */
  gboolean guided; /* batch of two: the unconditional half first */
  guint
    n_locals; /* concepts with local features, 0..PZ_MAX_CONCEPTS; with any, ELITE's tuned keys and
                   * values are used in both halves */
  guint n_images; /* concepts with image tokens, 0..PZ_MAX_CONCEPTS */
  const PzImagePrompt *images[PZ_MAX_CONCEPTS]; /* the IP-Adapter of each; not owned */
  guint adapter_length, adapter_layers; /* of a text encoder adapter; 0 = none */
  gboolean negative_is_encoded; /* the unconditional half comes from outside */
} PzPipelineShape;

typedef struct
{
  PzPipelineShape shape;
  guint batch; /* 1, or 2 when guided */
  guint latent_width, latent_height, latent_channels;
  guint factor; /* pixels of the picture per latent pixel */
  PzTiles tiles; /* what encoder and decoder see at once */
  gboolean in_parts; /* condition leaves before the others come: see pz_pipeline_finish () */
  GArray *rows; /* of the storages below; private */
  guint n_tokens; /* T */
  guint vocab_size; /* ids from here on are rows of extra */
  guint n_extra; /* rows of extra words there is place for */
  PzProgram *condition, *denoise, *decode;
  PzOverlay *overlay; /* what changes their weights; NULL = nothing */

  /* What is written between replays. */
  PzStorage *ids; /* I32 [batch, T] */
  PzStorage *weights; /* F32 [batch, T]: of the prompt's words */
  PzStorage *extra; /* F32 [n_extra, D] */
  PzStorage *adapter; /* F32 [adapter_length, 2 * adapter_layers, D]; NULL without */
  PzStorage *adapter_bias; /* F32 [batch, adapter_length + T]; NULL without */
  PzStorage *negative; /* F32 [1, T, D]; NULL unless negative_is_encoded */
  PzStorage *local[PZ_MAX_CONCEPTS]; /* F32 [batch, P, D] */
  PzStorage *column[PZ_MAX_CONCEPTS]; /* I32 [batch] */
  PzStorage *strength[PZ_MAX_CONCEPTS]; /* F32 [batch] */
  PzStorage *image[PZ_MAX_CONCEPTS]; /* F32 [batch, tokens of its IP-Adapter, D] */
  PzStorage *image_strength[PZ_MAX_CONCEPTS]; /* F32 [batch] */
  PzStorage *latent; /* F32 [1, h, w, C]: replaced by denoise; decode reads it if one tile */
  PzStorage *tile; /* F32 [1, h, w, C] of one tile: read by decode; NULL where there is one */
  PzStorage *noise; /* F32 [1, h, w, C] */
  PzStorage *timestep; /* F32 [batch, block_out_channels[0]] */
  PzStorage *guidance; /* F32 [batch, time_cond_proj_dim]; NULL without */
  PzStorage *past; /* F32 [PZ_SAMPLER_SLOTS, h, w, C]: read and replaced by denoise */
  PzStorage *knobs; /* F32 [PZ_N_KNOBS]: see pz_sampler_update () */
} PzPipeline;

/* Scope of each image's own matrices in the condition program. */
extern const char *const pz_pipeline_image_scopes[PZ_MAX_CONCEPTS];

/* Called while loading and compiling, with 0..1. */
typedef void (*PzPipelineProgress) (double fraction, gpointer data);

/* Loads what is missing and compiles. overlay: new, or NULL (transfer full). Fails with BAD_FILE, GPU_MEMORY, DEVICE_LOST, CANCELLED.
 * (transfer full) */
PzPipeline *pz_pipeline_new (PzGpu *gpu,
                             const PzModelFolder *model,
                             PzDtype activation,
                             const PzPipelineShape *shape,
                             PzOverlay *overlay,
                             GCancellable *cancellable,
                             PzPipelineProgress progress,
                             gpointer data,
                             GError **error);
/* Of a pipeline in parts (a model that saves memory), once condition has run: lets go of it with its weights and makes the other
 * programs. Such a pipeline is for one prompt. Fails as pz_pipeline_new () does. */
gboolean pz_pipeline_finish (PzPipeline *pipeline,
                             PzGpu *gpu,
                             const PzModelFolder *model,
                             PzDtype activation,
                             GCancellable *cancellable,
                             GError **error);
/* What such a pipeline would add to a footprint; nothing is loaded or compiled. */
gboolean pz_pipeline_measure (const PzModelFolder *model,
                              PzDtype activation,
                              const PzPipelineShape *shape,
                              PzFootprint *footprint,
                              GError **error);
void pz_pipeline_free (PzPipeline *pipeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPipeline, pz_pipeline_free)

G_END_DECLS
