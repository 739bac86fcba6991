/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-graph.h"

#include "compute/autodiff.h"
#include "compute/learning.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"

/* The trained values as inputs of the networks. `wanted`: the tensors whose gradients are computed, in the order of their
 * elements. */
typedef struct
{
  PzTensor *leaf;
  PzTensor *words; /* [n_words, D]; NULL = none */
  GPtrArray *wanted; /* of PzTensor */
} Learned;

/* Rows [n, D] of the trained values, from `first` on. */
static PzTensor *
rows_of (PzGraph *graph, PzTensor *trained, guint first, guint n)
{
  return n == trained->dims[0] ? trained : pz_slice (graph, trained, 0, first, n);
}

/* A matrix of the elements from `offset` on. The gradient is computed only for the matrix, not for the whole leaf. */
static PzTensor *
matrix_of (PzGraph *graph, Learned *learned, gsize offset, guint rows, guint columns)
{
  PzTensor *part = pz_slice (graph, learned->leaf, 0, (guint) offset, rows * columns);
  PzTensor *matrix = pz_reshape (graph, part, 2, (guint[]) { rows, columns });

  g_ptr_array_add (learned->wanted, matrix);
  return matrix;
}

/* W + scale * up * down, in F32. */
static PzTensor *
product_of (PzGraph *graph,
            Learned *learned,
            const PzTrainedPart *part,
            const char *name,
            double scale)
{
  PzTensor *weight =
    pz_graph_weight (graph, PZ_WEIGHT_MATRIX, name, 2, (guint[]) { part->out, part->in });
  PzTensor *up = matrix_of (graph, learned, part->offset, part->out, part->rank);
  PzTensor *down = matrix_of (graph, learned, part->offset + (gsize) part->out * part->rank,
                              part->rank, part->in);

  return pz_linear (graph, pz_affine (graph, up, (float) scale, 0.0f),
                    pz_transpose (graph, down, PZ_F32),
                    &(PzEpilogue) { .residual = pz_cast (graph, weight, PZ_F32) });
}

/* Overrides the trained weights. Must be called before the networks request their weights. */
static void
build_parts (PzGraph *graph, const PzLearnGraphParams *params, Learned *learned)
{
  const PzTrained *trained = params->trained;

  if (trained->n_words > 0)
    learned->words =
      matrix_of (graph, learned, 0, trained->n_words, params->model->text.hidden_size);
  for (guint i = 0; i < trained->parts->len; i++)
    {
      const PzTrainedPart *part = &g_array_index (trained->parts, PzTrainedPart, i);
      g_autofree char *name = g_strconcat (part->is_text ? "text." : "", part->name, NULL);

      pz_graph_override (graph, name,
                         part->rank == 0
                           ? matrix_of (graph, learned, part->offset, part->out, part->in)
                           : product_of (graph, learned, part, name, trained->scale));
    }
}

static void
build_learned (PzGraph *graph, const PzLearnGraphParams *params, Learned *learned)
{
  const PzTrained *trained = params->trained;

  learned->leaf = pz_graph_input (graph, "trained", PZ_F32, trained->n_dims, trained->dims);
  if (trained->parts != NULL)
    {
      build_parts (graph, params, learned);
      return;
    }
  g_ptr_array_add (learned->wanted, learned->leaf);
  if (trained->n_words > 0 && trained->people == NULL)
    learned->words = rows_of (graph, learned->leaf, 0, trained->n_words);
}

/* Concatenates gradients [first, first + n) to one row of elements. It does so recursively by halves, so that each element is
 * copied only a few times. */
static PzTensor *
join_gradients (PzGraph *graph, PzTensor *const gradients[], guint first, guint n)
{
  PzTensor *one = gradients[first];

  if (n > 1)
    return pz_concat (graph, join_gradients (graph, gradients, first, n / 2),
                      join_gradients (graph, gradients, first + n / 2, n - n / 2), 0);
  return one != NULL ? pz_reshape (graph, one, 1, (guint[]) { one->dims[0] * one->dims[1] })
                     : NULL;
}

/* The first row of a context does not depend on the caption, so the trained values get no gradient from it (methods: Custom
 * Diffusion). */
static PzTensor *
detach_first (PzGraph *graph, PzTensor *rows)
{
  if (rows == NULL)
    return NULL;
  return pz_concat (graph, pz_stop_gradient (graph, pz_slice (graph, rows, 1, 0, 1)),
                    pz_slice (graph, rows, 1, 1, rows->dims[1] - 1), 1);
}

/* The words of the people shown in the samples. */
static PzTensor *
build_people (PzGraph *graph, const PzPeople *people, PzTensor *layer, guint batch)
{
  const guint space_dims[] = { PZ_BASIS_N_WORDS, people->basis->width,
                               1 + people->basis->n_rows };
  PzTensor *seen =
    pz_graph_input (graph, "seen", PZ_F32, 2, (guint[]) { batch, people->n_seen });
  PzTensor *space = pz_graph_input (graph, "space", PZ_F32, 3, space_dims);

  return pz_people_build (graph, people->is_free, layer, seen, space);
}

/* Encodes the captions as the U-Net's context: keys and values of all sites. */
static void
build_context (PzGraph *graph,
               const PzLearnGraphParams *params,
               const Learned *learned,
               PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  const PzTrained *what = params->trained;
  const PzTextConfig *text = &params->model->text;
  const guint n_tokens = text->max_position_embeddings;
  PzTextInputs inputs = {
    .ids = pz_graph_input (graph, "ids", PZ_I32, 2, (guint[]) { params->batch, n_tokens }),
    .extra = learned->words,
  };

  if (what->people != NULL)
    inputs.extra = build_people (graph, what->people, learned->leaf, params->batch);
  if (what->what == PZ_TRAINS_PREFIX)
    {
      inputs.prefix = learned->leaf;
      inputs.prefix_bias =
        pz_graph_input (graph, "prefix_bias", PZ_F32, 2,
                        (guint[]) { params->batch, what->dims[0] + n_tokens });
    }
  pz_graph_push (graph, "text");
  PzTensor *context = pz_text_encoder (graph, text, &inputs);
  pz_graph_pop (graph);
  pz_unet_context (graph, &params->model->unet, context,
                   what->what == PZ_TRAINS_ELITE ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN, kv);
  for (guint i = 0;
       what->what == PZ_TRAINS_WEIGHTS && i < pz_unet_sites (&params->model->unet, sites); i++)
    kv[i] = (PzKeyValue) { detach_first (graph, kv[i].k), detach_first (graph, kv[i].v) };
}

/* Keys and values of the local features, computed once and broadcast to all samples. Rows whose `moves` is 0 stay 0. */
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
build_prediction (PzGraph *graph, const PzLearnGraphParams *params, const Learned *learned)
{
  const PzUnetConfig *unet = &params->model->unet;
  const guint b = params->batch;
  PzKeyValue kv[PZ_UNET_MAX_SITES], local_kv[PZ_UNET_MAX_SITES];
  PzUnetConcept concept = { .kv = local_kv };
  PzUnetInputs inputs = { .context = kv };

  build_context (graph, params, learned, kv);
  if (params->trained->what == PZ_TRAINS_ELITE)
    {
      build_local (graph, params, learned->leaf, local_kv);
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

/* The gradient of the trained values, in their shape. */
static PzTensor *
build_gradient (PzGraph *graph, const Learned *learned, PzTensor *losses, PzTensor *seed)
{
  const guint n = learned->wanted->len;
  g_autofree PzTensor **gradients = g_new0 (PzTensor *, n);

  pz_graph_backward (graph, &(PzSeed) { losses, seed }, 1,
                     (PzTensor *const *) learned->wanted->pdata, n, gradients);
  return learned->wanted->pdata[0] == learned->leaf ? gradients[0]
                                                    : join_gradients (graph, gradients, 0, n);
}

static PzGraph *
build (const PzLearnGraphParams *params)
{
  const PzTrained *trained = params->trained;
  const guint b = params->batch, h = params->height, w = params->width;
  const guint channels = params->model->unet.out_channels;
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
  Learned learned = { .wanted = wanted };
  PzGraph *graph = pz_model_graph_new (params->model, params->activation);
  PzTensor *prediction, *target, *weight, *seed, *losses, *sum, *keep, *next;

  build_learned (graph, params, &learned);
  prediction = build_prediction (graph, params, &learned);
  target = pz_graph_input (graph, "target", PZ_F32, 4, (guint[]) { b, h, w, channels });
  weight = pz_graph_input (graph, "weight", PZ_F32, 4, (guint[]) { b, h, w, 1 });
  seed = pz_graph_input (graph, "seed", PZ_F32, 1, (guint[]) { b });
  losses = pz_mean_square (graph, prediction, target, weight);
  sum = pz_graph_input (graph, "sum", PZ_F32, trained->n_dims, trained->dims);
  keep = pz_graph_input (graph, "keep", PZ_F32, 1, (guint[]) { 1 });
  pz_graph_output (graph, losses, "losses");
  next = pz_graph_output (graph,
                          pz_accumulate (graph, sum,
                                         build_gradient (graph, &learned, losses, seed), keep),
                          "next_sum");
  if (params->value != NULL)
    {
      pz_graph_bind (graph, learned.leaf, params->value);
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
