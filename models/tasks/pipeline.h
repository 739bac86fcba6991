/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled programs that generate pictures of one shape. They are created once and replayed for every prompt, variant and
 * step; everything that changes in between is written to their inputs.
 *
 *   condition  ids, extra words, weights, local features -> keys and values of every cross attention, once per prompt
 *   denoise    latent, timestep, keys and values -> the next latent (the U-Net and the sampler's update), each step
 *   decode     latent, or a tile of a large one -> picture, per variant (decode.h)
 *
 * If memory is saved, they are created in turn, and only one of them is on the device with its weights (pz_pipeline_enter ()).
 * Weights that the overlay changes are computed when the program that reads them is created.
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

/* The environment of a pipeline. Nothing is owned. */
typedef struct
{
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
} PzPipelineRoom;

typedef struct
{
  guint width, height; /* of the picture */
  gboolean guided; /* batch of two: unconditional half first */
  guint
    n_locals; /* concepts with local features, 0..PZ_MAX_CONCEPTS; if any, both halves use ELITE's tuned keys and values */
  guint n_images; /* concepts with image tokens, 0..PZ_MAX_CONCEPTS */
  const PzImagePrompt *images[PZ_MAX_CONCEPTS]; /* the IP-Adapter of each; not owned */
  guint adapter_length, adapter_layers; /* of a text encoder adapter; 0 = none */
  gboolean negative_is_encoded; /* the unconditional half is an encoded prompt */
} PzPipelineShape;

typedef struct
{
  PzPipelineRoom room;
  PzPipelineShape shape;
  guint batch; /* 1, or 2 when guided */
  guint latent_width, latent_height, latent_channels;
  guint factor; /* pixels of the picture per latent pixel */
  PzTiles tiles; /* tiles of encoder and decoder */
  gboolean in_parts; /* one program at a time: see pz_pipeline_enter () */
  GArray *rows; /* of the storages below; private */
  GHashTable *context; /* name -> PzStorage: keys and values from condition; private */
  guint n_tokens; /* T */
  guint vocab_size; /* ids from here on are rows of extra words */
  guint n_extra; /* capacity for rows of extra words */
  PzProgram *programs[PZ_N_PIPELINE_PARTS]; /* NULL = not on the device now */
  double decode_work; /* flops of decode, also while it is not on the device */
  PzOverlay *overlay; /* weight changes; NULL = none */

  /* Inputs that are written between replays. */
  PzStorage *ids; /* I32 [batch, T] */
  PzStorage *weights; /* F32 [batch, T]: emphasis of the prompt's words */
  PzStorage *extra; /* F32 [n_extra, D] */
  PzStorage *adapter; /* F32 [adapter_length, 2 * adapter_layers, D]; NULL without */
  PzStorage *adapter_bias; /* F32 [batch, adapter_length + T]; NULL without */
  PzStorage *negative; /* F32 [1, T, D]; NULL unless negative_is_encoded */
  PzStorage *local[PZ_MAX_CONCEPTS]; /* F32 [batch, P, D] */
  PzStorage *column[PZ_MAX_CONCEPTS]; /* I32 [batch] */
  PzStorage *strength[PZ_MAX_CONCEPTS]; /* F32 [batch] */
  PzStorage *image[PZ_MAX_CONCEPTS]; /* F32 [batch, tokens of its IP-Adapter, D] */
  PzStorage *image_strength[PZ_MAX_CONCEPTS]; /* F32 [batch] */
  PzStorage *latent; /* F32 [1, h, w, C]: updated by denoise; read by decode if not tiled */
  PzStorage *tile; /* F32 [1, h, w, C] of one tile: read by decode; NULL if not tiled */
  PzStorage *noise; /* F32 [1, h, w, C] */
  PzStorage *timestep; /* F32 [batch, block_out_channels[0]] */
  PzStorage *guidance; /* F32 [batch, time_cond_proj_dim]; NULL without */
  PzStorage *past; /* F32 [PZ_SAMPLER_SLOTS, h, w, C]: read and updated by denoise */
  PzStorage *knobs; /* F32 [PZ_N_KNOBS]: see pz_sampler_update () */
} PzPipeline;

/* The scope of each image's own matrices in the condition program. */
extern const char *const pz_pipeline_image_scopes[PZ_MAX_CONCEPTS];

/* Called while loading and compiling. fraction: 0..1. */
typedef void (*PzPipelineProgress) (double fraction, gpointer data);

/* Loads missing weights and compiles. overlay: new, with its strengths, or NULL (transfer full). If the model saves memory, the
 * pipeline is in parts, and only condition is on the device afterwards. room->model must outlive the pipeline. Fails with
 * BAD_FILE, GPU_MEMORY, DEVICE_LOST, CANCELLED. (transfer full) */
PzPipeline *pz_pipeline_new (const PzPipelineRoom *room,
                             const PzPipelineShape *shape,
                             PzOverlay *overlay,
                             GCancellable *cancellable,
                             PzPipelineProgress progress,
                             gpointer data,
                             GError **error);
/* Makes sure that the program is on the device. If it has to be created in a pipeline in parts, the other programs and their
 * weights are freed first. The results of condition are kept. Fails as pz_pipeline_new () does. */
gboolean pz_pipeline_enter (PzPipeline *pipeline,
                            PzPipelinePart part,
                            GCancellable *cancellable,
                            GError **error);
/* Frees all programs and weights of a pipeline in parts. The results of condition are kept. */
void pz_pipeline_leave (PzPipeline *pipeline);
/* Adds the maximum needs of a pipeline of this shape to a footprint. overlay: new, or NULL; it is of no other use afterwards.
 * Loads and compiles nothing; room->gpu is not used. */
gboolean pz_pipeline_measure (const PzPipelineRoom *room,
                              const PzPipelineShape *shape,
                              PzOverlay *overlay,
                              PzFootprint *footprint,
                              GError **error);
void pz_pipeline_free (PzPipeline *pipeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPipeline, pz_pipeline_free)

G_END_DECLS
