/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled programs that make pictures of one shape: see pipeline.h.
 */
#include "models/tasks/pipeline.h"

#include "compute/prompts.h"
#include "models/nets/image-encoder.h"
#include "models/nets/layers.h"
#include "models/nets/mapper.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"

typedef struct
{
  PzStorage **to;
  PzArena arena;
  PzDtype dtype;
  const char *name;
  guint n_dims;
  guint dims[4];
} StorageRow;

typedef struct
{
  PzPipeline *p;
  PzGpu *gpu; /* NULL = nothing is made, it is only measured */
  const PzModelFolder *model;
  PzDtype activation;
  GCancellable *cancellable;
  PzFootprint *footprint; /* where there is no gpu */
  GArray *rows; /* StorageRow: all that were made or measured */
} Build;

static gboolean
make_rows (Build *b, const StorageRow rows[], guint n_rows, GError **error)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const StorageRow *row = &rows[i];

      g_array_append_val (b->rows, *row);
      if (b->gpu == NULL)
        {
          pz_footprint_add_state (b->footprint, row->dtype, row->n_dims, row->dims);
          continue;
        }
      *row->to = pz_storage_new (b->gpu, row->arena, row->dtype, row->n_dims, row->dims,
                                 row->name, error);
      if (*row->to == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_concept_storages (Build *b, guint concept, GError **error)
{
  PzPipeline *p = b->p;
  guint patches = pz_image_encoder_patches (&b->model->vision);
  guint d = b->model->unet.cross_attention_dim;
  const StorageRow rows[] = {
    { &p->local[concept], PZ_ARENA_STATE, PZ_F32, "local", 3, { p->batch, patches, d } },
    { &p->column[concept], PZ_ARENA_KNOBS, PZ_I32, "column", 1, { p->batch } },
    { &p->strength[concept], PZ_ARENA_KNOBS, PZ_F32, "strength", 1, { p->batch } },
  };

  return make_rows (b, rows, G_N_ELEMENTS (rows), error);
}

/* What only some prompts have: an adapter's rows, an encoded negative prompt. */
static gboolean
make_text_storages (Build *b, GError **error)
{
  PzPipeline *p = b->p;
  guint d = b->model->text.hidden_size;
  guint length = p->shape.adapter_length, n_layers = p->shape.adapter_layers;
  guint n_keys = length + p->n_tokens;
  const StorageRow adapter[] = {
    { &p->adapter, PZ_ARENA_KNOBS, PZ_F32, "adapter", 3, { length, 2 * n_layers, d } },
    { &p->adapter_bias, PZ_ARENA_KNOBS, PZ_F32, "adapter_bias", 2, { p->batch, n_keys } },
  };
  const StorageRow negative = {
    &p->negative, PZ_ARENA_KNOBS, PZ_F32, "negative", 3, { 1, p->n_tokens, d },
  };

  return (length == 0 || make_rows (b, adapter, G_N_ELEMENTS (adapter), error))
         && (!p->shape.negative_is_encoded || make_rows (b, &negative, 1, error));
}

static gboolean
is_tiled (const PzPipeline *p)
{
  return pz_tiles_count (&p->tiles) > 1;
}

static gboolean
make_storages (Build *b, GError **error)
{
  PzPipeline *p = b->p;
  const PzUnetConfig *unet = &b->model->unet;
  guint h = p->latent_height, w = p->latent_width, c = p->latent_channels;
  guint d = unet->cross_attention_dim;
  guint n_features = unet->block_out_channels[0];
  const StorageRow rows[] = {
    { &p->ids, PZ_ARENA_KNOBS, PZ_I32, "ids", 2, { p->batch, p->n_tokens } },
    { &p->weights, PZ_ARENA_KNOBS, PZ_F32, "weights", 2, { p->batch, p->n_tokens } },
    { &p->extra, PZ_ARENA_KNOBS, PZ_F32, "extra", 2, { p->n_extra, d } },
    { &p->latent, PZ_ARENA_STATE, PZ_F32, "latent", 4, { 1, h, w, c } },
    { &p->noise, PZ_ARENA_STATE, PZ_F32, "noise", 4, { 1, h, w, c } },
    { &p->past, PZ_ARENA_STATE, PZ_F32, "past", 4, { PZ_SAMPLER_SLOTS, h, w, c } },
    { &p->timestep, PZ_ARENA_KNOBS, PZ_F32, "timestep", 2, { p->batch, n_features } },
    { &p->knobs, PZ_ARENA_KNOBS, PZ_F32, "knobs", 1, { PZ_N_KNOBS } },
  };
  const StorageRow guidance = {
    &p->guidance, PZ_ARENA_KNOBS, PZ_F32, "guidance", 2, { p->batch, unet->time_cond_proj_dim },
  };
  const StorageRow tile = {
    &p->tile, PZ_ARENA_STATE,
    PZ_F32,   "tile",
    4,        { 1, p->tiles.down.length, p->tiles.across.length, c },
  };

  if (!make_rows (b, rows, G_N_ELEMENTS (rows), error) || !make_text_storages (b, error)
      || (unet->time_cond_proj_dim > 0 && !make_rows (b, &guidance, 1, error))
      || (is_tiled (p) && !make_rows (b, &tile, 1, error)))
    return FALSE;
  for (guint i = 0; i < p->shape.n_locals; i++)
    if (!make_concept_storages (b, i, error))
      return FALSE;
  return TRUE;
}

static const StorageRow *
row_of (const Build *b, PzStorage *const *to)
{
  for (guint i = 0; i < b->rows->len; i++)
    if (g_array_index (b->rows, StorageRow, i).to == to)
      return &g_array_index (b->rows, StorageRow, i);
  g_assert_not_reached ();
}

/* An input that is one of our storages. */
static PzTensor *
input_of (Build *b, PzGraph *graph, PzStorage *const *to, const char *name)
{
  const StorageRow *row = row_of (b, to);
  PzTensor *input = pz_graph_input (graph, name, row->dtype, row->n_dims, row->dims);

  if (*to != NULL)
    pz_graph_bind (graph, input, *to);
  return input;
}

static gboolean
compile (Build *b,
         PzGraph *graph,
         const PzWeightSource sources[],
         guint n_sources,
         PzProgram **program,
         GError **error)
{
  if (b->gpu == NULL)
    return pz_footprint_add (b->footprint, graph, error);
  if (b->p->overlay != NULL && !pz_overlay_bind (b->p->overlay, b->gpu, graph, error))
    return FALSE;
  if (!pz_weights_bind (graph, sources, n_sources, b->gpu,
                        &(PzWeightParams) { .cancellable = b->cancellable }, error))
    return FALSE;
  *program =
    pz_program_new (b->gpu, graph, &(PzRunParams) { .cancellable = b->cancellable }, error);
  return *program != NULL;
}

static void
prefix_of_local (guint concept, char prefix[16])
{
  g_snprintf (prefix, 16, "local%u", concept);
}

/* What the U-Net sees of the prompts: [batch, T, D]. */
static PzTensor *
build_context (Build *b, PzGraph *graph)
{
  PzPipeline *p = b->p;
  PzTextInputs inputs = {
    .ids = input_of (b, graph, &p->ids, "ids"),
    .extra = input_of (b, graph, &p->extra, "extra"),
  };

  if (p->shape.adapter_length > 0)
    {
      inputs.prefix = input_of (b, graph, &p->adapter, "adapter");
      inputs.prefix_bias = input_of (b, graph, &p->adapter_bias, "adapter_bias");
    }
  pz_graph_push (graph, "text");
  PzTensor *context = pz_text_encoder (graph, &b->model->text, &inputs);
  context = pz_emphasis (graph, context, input_of (b, graph, &p->weights, "weights"));
  if (p->shape.negative_is_encoded)
    context =
      pz_concat (graph, pz_layer_enter (graph, input_of (b, graph, &p->negative, "negative")),
                 pz_slice (graph, context, 0, 1, 1), 0);
  pz_graph_pop (graph);
  return context;
}

static gboolean
make_condition (Build *b, GError **error)
{
  const PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  char prefix[16];

  PzTensor *context = build_context (b, graph);
  pz_unet_context (graph, &model->unet, context,
                   p->shape.n_locals > 0 ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN, kv);
  pz_unet_context_outputs (graph, &model->unet, "context", kv);
  for (guint i = 0; i < p->shape.n_locals; i++)
    {
      prefix_of_local (i, prefix);
      pz_unet_context (graph, &model->unet, input_of (b, graph, &p->local[i], prefix),
                       PZ_KEYS_LOCAL, kv);
      pz_unet_context_outputs (graph, &model->unet, prefix, kv);
    }

  const PzWeightSource sources[] = {
    { "text.", model->text_weights },
    { "global/", model->global_mapper_weights },
    { "local/", model->local_mapper_weights },
    { "", model->unet_weights },
  };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), &b->p->condition, error);
}

/* The keys and values that the condition program leaves in memory, as inputs here. */
static void
inputs_from_condition (Build *b,
                       PzGraph *graph,
                       const char *prefix,
                       guint tokens,
                       PzKeyValue kv[PZ_UNET_MAX_SITES])
{
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  guint n_sites = pz_unet_sites (&b->model->unet, sites);

  pz_unet_context_inputs (graph, &b->model->unet, prefix, b->p->batch, tokens, kv);
  for (guint i = 0; i < n_sites; i++)
    {
      PzTensor *const both[] = { kv[i].k, kv[i].v };
      for (guint j = 0; j < G_N_ELEMENTS (both); j++)
        if (both[j] != NULL && b->p->condition != NULL)
          pz_graph_bind (graph, both[j],
                         pz_program_get_storage (b->p->condition, both[j]->name));
    }
}

static gboolean
make_denoise (Build *b, GError **error)
{
  const PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzTensor *latent = input_of (b, graph, &p->latent, "latent");
  PzKeyValue context[PZ_UNET_MAX_SITES];
  PzKeyValue local[PZ_MAX_CONCEPTS][PZ_UNET_MAX_SITES];
  PzUnetConcept concepts[PZ_MAX_CONCEPTS];
  char prefix[16];

  inputs_from_condition (b, graph, "context", p->n_tokens, context);
  for (guint i = 0; i < p->shape.n_locals; i++)
    {
      g_autofree char *column = g_strdup_printf ("column%u", i);
      g_autofree char *strength = g_strdup_printf ("strength%u", i);

      prefix_of_local (i, prefix);
      inputs_from_condition (b, graph, prefix, pz_image_encoder_patches (&model->vision),
                             local[i]);
      concepts[i] = (PzUnetConcept) {
        .kv = local[i],
        .column = input_of (b, graph, &p->column[i], column),
        .strength = input_of (b, graph, &p->strength[i], strength),
      };
    }

  PzTensor *prediction =
    pz_unet (graph, &model->unet,
             &(PzUnetInputs) {
               .sample = p->batch == 2 ? pz_concat (graph, latent, latent, 0) : latent,
               .timestep = input_of (b, graph, &p->timestep, "timestep"),
               .guidance = model->unet.time_cond_proj_dim > 0
                             ? input_of (b, graph, &p->guidance, "guidance")
                             : NULL,
               .context = context,
               .concepts = concepts,
               .n_concepts = p->shape.n_locals,
             });
  PzTensor *knobs = input_of (b, graph, &p->knobs, "knobs");
  PzTensor *past = pz_sampler_remember (graph, input_of (b, graph, &p->past, "past"), latent,
                                        prediction, knobs);
  PzTensor *next = pz_sampler_update (graph, latent, prediction,
                                      input_of (b, graph, &p->noise, "noise"), past, knobs);
  /* In place: each is the last reader of what it replaces and goes element by element. */
  PzTensor *kept = pz_graph_output (graph, past, "kept");
  next = pz_graph_output (graph, next, "next");
  if (b->gpu != NULL)
    {
      pz_graph_bind (graph, kept, p->past);
      pz_graph_bind (graph, next, p->latent);
    }

  const PzWeightSource sources[] = { { "", model->unet_weights } };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), &b->p->denoise, error);
}

static gboolean
make_decode (Build *b, GError **error)
{
  PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzTensor *latent = input_of (b, graph, is_tiled (p) ? &p->tile : &p->latent, "latent");
  PzTensor *image =
    pz_autoencoder_decoder (graph, &model->vae,
                            pz_autoencoder_unscale (graph, &model->vae, latent));

  pz_graph_output (graph, pz_cast (graph, image, PZ_F32), "image");

  const PzWeightSource sources[] = { { "", model->vae_weights } };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), &b->p->decode, error);
}

static gboolean
make_overlay (Build *b, GError **error)
{
  return b->p->overlay == NULL
         || pz_overlay_compile (b->p->overlay, b->gpu, b->cancellable, error);
}

/* The sizes that follow from the shape. */
static void
set_sizes (PzPipeline *p, const PzModelFolder *model, const PzPipelineShape *shape)
{
  guint factor = model->vae.factor;

  p->shape = *shape;
  p->batch = shape->guided ? 2 : 1;
  p->latent_width = shape->width / factor;
  p->latent_height = shape->height / factor;
  p->latent_channels = model->vae.latent_channels;
  p->factor = factor;
  p->tiles.down = pz_tiling (p->latent_height);
  p->tiles.across = pz_tiling (p->latent_width);
  p->n_tokens = model->text.max_position_embeddings;
  p->vocab_size = model->text.vocab_size;
  /* Learned words fill both prompts at most. */
  p->n_extra = PZ_MAX_CONCEPTS * PZ_CONCEPT_MAX_WORDS + p->batch * p->n_tokens;
}

/* Each program, and how much of the way is behind it. */
static const struct
{
  gboolean (*make) (Build *b, GError **error);
  double fraction;
} stages[] = { { make_storages, 0.1 },
               { make_condition, 0.4 },
               { make_denoise, 0.7 },
               { make_decode, 0.9 },
               { make_overlay, 1.0 } };

PzPipeline *
pz_pipeline_new (PzGpu *gpu,
                 const PzModelFolder *model,
                 PzDtype activation,
                 const PzPipelineShape *shape,
                 PzOverlay *overlay,
                 GCancellable *cancellable,
                 PzPipelineProgress progress,
                 gpointer data,
                 GError **error)
{
  g_autoptr (PzPipeline) p = g_new0 (PzPipeline, 1);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (StorageRow));
  Build b = { p, gpu, model, activation, cancellable, .rows = rows };
  guint factor = model->vae.factor;

  g_return_val_if_fail (shape->n_locals <= PZ_MAX_CONCEPTS, NULL);
  g_return_val_if_fail (shape->width % factor == 0 && shape->height % factor == 0, NULL);

  set_sizes (p, model, shape);
  p->overlay = overlay;
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      if (!stages[i].make (&b, error))
        return NULL;
      if (progress != NULL)
        progress (stages[i].fraction, data);
    }
  return g_steal_pointer (&p);
}

gboolean
pz_pipeline_measure (const PzModelFolder *model,
                     PzDtype activation,
                     const PzPipelineShape *shape,
                     PzFootprint *footprint,
                     GError **error)
{
  PzPipeline p = { 0 };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (StorageRow));
  Build b = {
    .p = &p,
    .model = model,
    .activation = activation,
    .footprint = footprint,
    .rows = rows,
  };

  set_sizes (&p, model, shape);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (!stages[i].make (&b, error))
      return FALSE;
  return TRUE;
}

void
pz_pipeline_free (PzPipeline *pipeline)
{
  if (pipeline == NULL)
    return;
  PzProgram **programs[] = { &pipeline->decode, &pipeline->denoise, &pipeline->condition };
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    g_clear_pointer (programs[i], pz_program_free);
  g_clear_pointer (&pipeline->overlay, pz_overlay_free);
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    {
      g_clear_pointer (&pipeline->local[i], pz_storage_unref);
      g_clear_pointer (&pipeline->column[i], pz_storage_unref);
      g_clear_pointer (&pipeline->strength[i], pz_storage_unref);
    }
  PzStorage **storages[] = {
    &pipeline->ids,          &pipeline->weights,  &pipeline->extra,    &pipeline->adapter,
    &pipeline->adapter_bias, &pipeline->negative, &pipeline->latent,   &pipeline->noise,
    &pipeline->past,         &pipeline->timestep, &pipeline->guidance, &pipeline->knobs,
    &pipeline->tile,
  };
  for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
    g_clear_pointer (storages[i], pz_storage_unref);
  g_free (pipeline);
}
