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
 * Where memory is saved they are made in turn: only one of them is on the device, with its weights (pz_pipeline_enter ()).
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

typedef enum
{
  PZ_PIPELINE_CONDITION,
  PZ_PIPELINE_DENOISE,
  PZ_PIPELINE_DECODE,
  PZ_N_PIPELINE_PARTS,
} PzPipelinePart;

/* Where and of what a pipeline is made; nothing is owned. */
typedef struct
{
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
} PzPipelineRoom;

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
  PzPipelineRoom room;
  PzPipelineShape shape;
  guint batch; /* 1, or 2 when guided */
  guint latent_width, latent_height, latent_channels;
  guint factor; /* pixels of the picture per latent pixel */
  PzTiles tiles; /* what encoder and decoder see at once */
  gboolean in_parts; /* one program at a time: see pz_pipeline_enter () */
  GArray *rows; /* of the storages below; private */
  GHashTable *context; /* name -> PzStorage: the keys and values that condition left; private */
  guint n_tokens; /* T */
  guint vocab_size; /* ids from here on are rows of extra */
  guint n_extra; /* rows of extra words there is place for */
  PzProgram *programs[PZ_N_PIPELINE_PARTS]; /* NULL = not on the device now */
  double decode_work; /* flops of decode, whether it is there or not */
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

/* Loads what is missing and compiles. overlay: new, or NULL (transfer full). In parts, which it is where the model saves memory and
 * there is no overlay, condition alone is there afterwards. room->model must outlive it. Fails with BAD_FILE, GPU_MEMORY, DEVICE_LOST,
 * CANCELLED. (transfer full) */
PzPipeline *pz_pipeline_new (const PzPipelineRoom *room,
                             const PzPipelineShape *shape,
                             PzOverlay *overlay,
                             GCancellable *cancellable,
                             PzPipelineProgress progress,
                             gpointer data,
                             GError **error);
/* The program is there afterwards: made now if need be, once the others of a pipeline in parts have left with their weights. What
 * condition has computed stays. Fails as pz_pipeline_new () does. */
gboolean pz_pipeline_enter (PzPipeline *pipeline,
                            PzPipelinePart part,
                            GCancellable *cancellable,
                            GError **error);
/* Of a pipeline in parts: lets go of all programs and weights. What condition has computed stays. */
void pz_pipeline_leave (PzPipeline *pipeline);
/* What such a pipeline would add to a footprint at its largest; nothing is loaded or compiled, room->gpu is not read. */
gboolean pz_pipeline_measure (const PzPipelineRoom *room,
                              const PzPipelineShape *shape,
                              PzFootprint *footprint,
                              GError **error);
void pz_pipeline_free (PzPipeline *pipeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPipeline, pz_pipeline_free)

G_END_DECLS
