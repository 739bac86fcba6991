/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Construction and measuring of a pipeline. Private to the files that implement it.
 */
#pragma once

#include "models/tasks/pipeline.h"

G_BEGIN_DECLS

typedef struct
{
  PzStorage **to;
  PzArena arena;
  PzDtype dtype;
  const char *name;
  guint n_dims;
  guint dims[4];
} PzPipelineRow;

typedef struct
{
  PzPipeline *p;
  PzGpu *gpu; /* NULL = measure only, create nothing */
  const PzModelFolder *model;
  PzDtype activation;
  GCancellable *cancellable;
  PzFootprint *footprint; /* used without a gpu */
  guint64 context_bytes; /* of keys and values; counted without a gpu */
} PzPipelineBuild;

/* Creates the storages for the pipeline's shape. When measuring, only adds their sizes. */
gboolean pz_pipeline_make_storages (PzPipelineBuild *b, GError **error);

/* Create the program of that name. When measuring, add its needs. Fail as pz_pipeline_new () does. */
gboolean pz_pipeline_make_condition (PzPipelineBuild *b, GError **error);
gboolean pz_pipeline_make_denoise (PzPipelineBuild *b, GError **error);
gboolean pz_pipeline_make_decode (PzPipelineBuild *b, GError **error);

/* Adds an input to a graph that is bound to one of these storages. */
PzTensor *
pz_pipeline_input (PzPipelineBuild *b, PzGraph *graph, PzStorage *const *to, const char *name);

/* Whether the decoder processes the picture in several tiles. */
static inline gboolean
pz_pipeline_is_tiled (const PzPipeline *pipeline)
{
  return pz_tiles_count (&pipeline->tiles) > 1;
}

G_END_DECLS
