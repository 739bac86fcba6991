/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a pipeline is made or measured: for the files that make it.
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
  PzGpu *gpu; /* NULL = nothing is made, it is only measured */
  const PzModelFolder *model;
  PzDtype activation;
  GCancellable *cancellable;
  PzFootprint *footprint; /* where there is no gpu */
  guint64 context_bytes; /* of keys and values; counted where there is no gpu */
} PzPipelineBuild;

/* Those that a pipeline of its shape has; of a measured one only their sizes. */
gboolean pz_pipeline_make_storages (PzPipelineBuild *b, GError **error);

/* The program of that name, or what it takes. Fail as pz_pipeline_new () does. */
gboolean pz_pipeline_make_condition (PzPipelineBuild *b, GError **error);
gboolean pz_pipeline_make_denoise (PzPipelineBuild *b, GError **error);
gboolean pz_pipeline_make_decode (PzPipelineBuild *b, GError **error);

/* An input of a graph that is one of these storages. */
PzTensor *
pz_pipeline_input (PzPipelineBuild *b, PzGraph *graph, PzStorage *const *to, const char *name);

/* The decoder sees a large picture in parts. */
static inline gboolean
pz_pipeline_is_tiled (const PzPipeline *pipeline)
{
  return pz_tiles_count (&pipeline->tiles) > 1;
}

G_END_DECLS
