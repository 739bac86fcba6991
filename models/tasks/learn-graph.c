/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-graph.h"

#include "compute/autodiff.h"
#include "compute/learning.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"

/* Rows [n, D] of what is trained. */
static PzTensor *
rows_of (PzGraph *graph, PzTensor *trained, guint first, guint n)
{
  return n == trained->dims[0] ? trained : pz_slice (graph, trained, 0, first, n);
}

/* What the U-Net sees of the captions: keys and values of all sites. */
static void
build_context (PzGraph *graph,
               const PzLearnGraphParams *params,
               PzTensor *trained,
               PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  const PzTrained *what = params->trained;
  const PzTextConfig *text = &params->model->text;
  const guint n_tokens = text->max_position_embeddings;
  PzTextInputs inputs = {
    .ids = pz_graph_input (graph, "ids", PZ_I32, 2, (guint[]) { params->batch, n_tokens }),
  };

  if (what->people != NULL)
    inputs.extra = pz_people_build (graph, what->people, trained, params->batch);
  else if (what->n_words > 0)
    inputs.extra = rows_of (graph, trained, 0, what->n_words);
  if (what->what == PZ_TRAINS_PREFIX)
    {
      inputs.prefix = trained;
      inputs.prefix_bias =
        pz_graph_input (graph, "prefix_bias", PZ_F32, 2,
                        (guint[]) { params->batch, what->dims[0] + n_tokens });
    }
  pz_graph_push (graph, "text");
  PzTensor *context = pz_text_encoder (graph, text, &inputs);
  pz_graph_pop (graph);
  pz_unet_context (graph, &params->model->unet, context,
                   what->what == PZ_TRAINS_ELITE ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN, kv);
}

/* The local features as the U-Net sees them, once for all samples; rows that are zeros stay zeros. */
static void
build_local (PzGraph *graph,
             const PzLearnGraphParams *params,
             PzTensor *trained,
             PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  const PzUnetConfig *unet = &params->model->unet;
  const guint first = params->trained->n_words, n = trained->dims[0] - first;
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  PzTensor *moves = pz_graph_input (graph, "moves", PZ_F32, 2, (guint[]) { n, 1 });
  PzTensor *rows = pz_mul (graph, rows_of (graph, trained, first, n), moves);

  pz_unet_context (graph, unet,
                   pz_reshape (graph, rows, 3, (guint[]) { 1, n, trained->dims[1] }),
                   PZ_KEYS_LOCAL, kv);
  for (guint i = 0; i < pz_unet_sites (unet, sites); i++)
    {
      const guint dims[] = { params->batch, n, sites[i].width };

      kv[i].k = pz_broadcast (graph, kv[i].k, 3, dims);
      kv[i].v = pz_broadcast (graph, kv[i].v, 3, dims);
    }
}

/* [B, h, w, C] */
static PzTensor *
build_prediction (PzGraph *graph, const PzLearnGraphParams *params, PzTensor *trained)
{
  const PzUnetConfig *unet = &params->model->unet;
  const guint b = params->batch;
  PzKeyValue kv[PZ_UNET_MAX_SITES], local_kv[PZ_UNET_MAX_SITES];
  PzUnetConcept concept = { .kv = local_kv };
  PzUnetInputs inputs = { .context = kv };

  build_context (graph, params, trained, kv);
  if (params->trained->what == PZ_TRAINS_ELITE)
    {
      build_local (graph, params, trained, local_kv);
      concept.column = pz_graph_input (graph, "column", PZ_I32, 1, (guint[]) { b });
      concept.strength = pz_graph_input (graph, "strength", PZ_F32, 1, (guint[]) { b });
      inputs.concepts = &concept;
      inputs.n_concepts = 1;
    }
  inputs.sample =
    pz_graph_input (graph, "noisy", PZ_F32, 4,
                    (guint[]) { b, params->height, params->width, unet->in_channels });
  inputs.timestep =
    pz_graph_input (graph, "timestep", PZ_F32, 2, (guint[]) { b, unet->block_out_channels[0] });
  if (unet->time_cond_proj_dim > 0)
    inputs.guidance =
      pz_graph_input (graph, "guidance", PZ_F32, 2, (guint[]) { b, unet->time_cond_proj_dim });
  return pz_unet (graph, unet, &inputs);
}

static PzGraph *
build (const PzLearnGraphParams *params)
{
  const PzTrained *trained = params->trained;
  const guint b = params->batch, h = params->height, w = params->width;
  const guint channels = params->model->unet.out_channels;
  PzGraph *graph = pz_graph_new (params->activation);
  PzTensor *leaf = pz_graph_input (graph, "trained", PZ_F32, trained->n_dims, trained->dims);
  PzTensor *prediction = build_prediction (graph, params, leaf);
  PzTensor *target =
    pz_graph_input (graph, "target", PZ_F32, 4, (guint[]) { b, h, w, channels });
  PzTensor *weight = pz_graph_input (graph, "weight", PZ_F32, 4, (guint[]) { b, h, w, 1 });
  PzTensor *seed = pz_graph_input (graph, "seed", PZ_F32, 1, (guint[]) { b });
  PzTensor *losses = pz_mean_square (graph, prediction, target, weight);
  PzTensor *sum = pz_graph_input (graph, "sum", PZ_F32, trained->n_dims, trained->dims);
  PzTensor *keep = pz_graph_input (graph, "keep", PZ_F32, 1, (guint[]) { 1 });
  PzTensor *gradient, *next;

  pz_graph_backward (graph, &(PzSeed) { losses, seed }, 1, &leaf, 1, &gradient);
  pz_graph_output (graph, losses, "losses");
  next = pz_graph_output (graph, pz_accumulate (graph, sum, gradient, keep), "next_sum");
  if (params->value != NULL)
    {
      pz_graph_bind (graph, leaf, params->value);
      pz_graph_bind (graph, sum, params->sum);
      pz_graph_bind (graph, next, params->sum);
    }
  return graph;
}

gboolean
pz_learn_graph_measure (const PzLearnGraphParams *params,
                        PzFootprint *footprint,
                        GError **error)
{
  g_autoptr (PzGraph) graph = build (params);

  return pz_footprint_add (footprint, graph, error);
}

PzProgram *
pz_learn_graph_program (PzGpu *gpu,
                        const PzLearnGraphParams *params,
                        GCancellable *cancellable,
                        GError **error)
{
  const PzWeightSource sources[] = {
    { "text.", params->model->text_weights },
    { "global/", params->model->global_mapper_weights },
    { "local/", params->model->local_mapper_weights },
    { "", params->model->unet_weights },
  };
  g_autoptr (PzGraph) graph = build (params);

  if (!pz_graph_check (graph, error)
      || !pz_weights_bind (graph, sources, G_N_ELEMENTS (sources), gpu,
                           &(PzWeightParams) { .cancellable = cancellable }, error))
    return NULL;
  return pz_program_new (gpu, graph, &(PzRunParams) { .cancellable = cancellable }, error);
}
