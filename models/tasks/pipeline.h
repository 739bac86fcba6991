/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled programs that make pictures of one shape. Made once, replayed for every prompt, variant and
 * step; whatever changes in between is written into their inputs.
 *
 *   condition  ids, extra words, local features -> keys and values of every cross attention, once per prompt
 *   denoise    latent, timestep, keys and values -> the next latent (the U-Net and the sampler's update), each step
 *   decode     latent -> picture, once per variant
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/files/model-folder.h"
#include "models/params.h"

G_BEGIN_DECLS

typedef struct
{
  guint width, height; /* of the picture */
  gboolean guided; /* batch of two: the unconditional half first */
  guint
    n_concepts; /* 0..PZ_MAX_CONCEPTS; with any, ELITE's tuned keys and values are used in both halves */
} PzPipelineShape;

typedef struct
{
  PzPipelineShape shape;
  guint batch; /* 1, or 2 when guided */
  guint latent_width, latent_height, latent_channels;
  guint n_tokens; /* T */
  guint n_extra; /* rows of extra words there is place for */
  PzProgram *condition, *denoise, *decode;

  /* What is written between replays. */
  PzStorage *ids; /* I32 [batch, T] */
  PzStorage *extra; /* F32 [n_extra, D] */
  PzStorage *local[PZ_MAX_CONCEPTS]; /* F32 [batch, P, D] */
  PzStorage *column[PZ_MAX_CONCEPTS]; /* I32 [batch] */
  PzStorage *strength[PZ_MAX_CONCEPTS]; /* F32 [batch] */
  PzStorage *latent; /* F32 [1, h, w, C]: read and replaced by denoise, read by decode */
  PzStorage *noise; /* F32 [1, h, w, C] */
  PzStorage *timestep; /* F32 [batch, block_out_channels[0]] */
  PzStorage *guidance; /* F32 [batch, time_cond_proj_dim]; NULL without */
  PzStorage *knobs; /* F32 [8]: see pz_sampler_update () */
} PzPipeline;

/* Called while loading and compiling, with 0..1. */
typedef void (*PzPipelineProgress) (double fraction, gpointer data);

/* Loads what is missing and compiles. Fails with BAD_FILE, GPU_MEMORY, DEVICE_LOST, CANCELLED.
 * (transfer full) */
PzPipeline *pz_pipeline_new (PzGpu *gpu,
                             const PzModelFolder *model,
                             PzDtype activation,
                             const PzPipelineShape *shape,
                             GCancellable *cancellable,
                             PzPipelineProgress progress,
                             gpointer data,
                             GError **error);
void pz_pipeline_free (PzPipeline *pipeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPipeline, pz_pipeline_free)

G_END_DECLS
