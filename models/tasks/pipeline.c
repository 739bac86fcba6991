/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled programs that make pictures of one shape: see pipeline.h.
 */
#include "models/tasks/pipeline.h"

#include "models/nets/image-encoder.h"
#include "models/nets/mapper.h"
#include "models/nets/text-encoder.h"
#include "models/nets/tiny-vae.h"
#include "models/nets/unet.h"

typedef struct
{
  PzPipeline *p;
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
  GCancellable *cancellable;
} Build;

static PzStorage *
host_storage (Build *b,
              PzDtype dtype,
              guint n_dims,
              const guint dims[],
              const char *name,
              GError **error)
{
  return pz_storage_new (b->gpu, PZ_ARENA_KNOBS, dtype, n_dims, dims, name, error);
}

static gboolean
make_storages (Build *b, GError **error)
{
  PzPipeline *p = b->p;
  const PzUnetConfig *unet = &b->model->unet;
  guint d = unet->cross_attention_dim;
  guint latent[] = { 1, p->latent_height, p->latent_width, p->latent_channels };

  p->ids = host_storage (b, PZ_I32, 2, (guint[]) { p->batch, p->n_tokens }, "ids", error);
  if (p->ids == NULL)
    return FALSE;
  p->extra = host_storage (b, PZ_F32, 2, (guint[]) { p->n_extra, d }, "extra", error);
  if (p->extra == NULL)
    return FALSE;
  for (guint i = 0; i < p->shape.n_concepts; i++)
    {
      guint patches = pz_image_encoder_patches (&b->model->vision);

      p->local[i] = pz_storage_new (b->gpu, PZ_ARENA_STATE, PZ_F32, 3,
                                    (guint[]) { p->batch, patches, d }, "local", error);
      if (p->local[i] == NULL)
        return FALSE;
      p->column[i] = host_storage (b, PZ_I32, 1, (guint[]) { p->batch }, "column", error);
      if (p->column[i] == NULL)
        return FALSE;
      p->strength[i] = host_storage (b, PZ_F32, 1, (guint[]) { p->batch }, "strength", error);
      if (p->strength[i] == NULL)
        return FALSE;
    }
  p->latent = pz_storage_new (b->gpu, PZ_ARENA_STATE, PZ_F32, 4, latent, "latent", error);
  if (p->latent == NULL)
    return FALSE;
  p->noise = pz_storage_new (b->gpu, PZ_ARENA_STATE, PZ_F32, 4, latent, "noise", error);
  if (p->noise == NULL)
    return FALSE;
  p->timestep = host_storage (b, PZ_F32, 2, (guint[]) { p->batch, unet->block_out_channels[0] },
                              "timestep", error);
  if (p->timestep == NULL)
    return FALSE;
  if (unet->time_cond_proj_dim > 0)
    {
      p->guidance =
        host_storage (b, PZ_F32, 2, (guint[]) { p->batch, unet->time_cond_proj_dim },
                      "guidance", error);
      if (p->guidance == NULL)
        return FALSE;
    }
  p->knobs = host_storage (b, PZ_F32, 1, (guint[]) { 8 }, "knobs", error);
  return p->knobs != NULL;
}

/* An input that is one of our storages. */
static PzTensor *
input_of (PzGraph *graph, PzStorage *storage, const char *name)
{
  PzTensor *input =
    pz_graph_input (graph, name, pz_storage_get_dtype (storage),
                    pz_storage_get_n_dims (storage), pz_storage_get_dims (storage));

  pz_graph_bind (graph, input, storage);
  return input;
}

static PzProgram *
compile (Build *b,
         PzGraph *graph,
         const PzWeightSource sources[],
         guint n_sources,
         GError **error)
{
  if (!pz_weights_bind (graph, sources, n_sources, b->gpu,
                        &(PzWeightParams) { .cancellable = b->cancellable }, error))
    return NULL;
  return pz_program_new (b->gpu, graph, &(PzRunParams) { .cancellable = b->cancellable },
                         error);
}

static void
prefix_of_local (guint concept, char prefix[16])
{
  g_snprintf (prefix, 16, "local%u", concept);
}

static PzProgram *
make_condition (Build *b, GError **error)
{
  const PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  char prefix[16];

  pz_graph_push (graph, "text");
  PzTensor *context = pz_text_encoder (graph, &model->text, input_of (graph, p->ids, "ids"),
                                       input_of (graph, p->extra, "extra"));
  pz_graph_pop (graph);
  pz_unet_context (graph, &model->unet, context,
                   p->shape.n_concepts > 0 ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN, kv);
  pz_unet_context_outputs (graph, &model->unet, "context", kv);
  for (guint i = 0; i < p->shape.n_concepts; i++)
    {
      prefix_of_local (i, prefix);
      pz_unet_context (graph, &model->unet, input_of (graph, p->local[i], prefix),
                       PZ_KEYS_LOCAL, kv);
      pz_unet_context_outputs (graph, &model->unet, prefix, kv);
    }

  const PzWeightSource sources[] = {
    { "text.", model->text_weights },
    { "global/", model->global_mapper_weights },
    { "local/", model->local_mapper_weights },
    { "", model->unet_weights },
  };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), error);
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
        if (both[j] != NULL)
          pz_graph_bind (graph, both[j],
                         pz_program_get_storage (b->p->condition, both[j]->name));
    }
}

static PzProgram *
make_denoise (Build *b, GError **error)
{
  const PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzTensor *latent = input_of (graph, p->latent, "latent");
  PzKeyValue context[PZ_UNET_MAX_SITES];
  PzKeyValue local[PZ_MAX_CONCEPTS][PZ_UNET_MAX_SITES];
  PzUnetConcept concepts[PZ_MAX_CONCEPTS];
  char prefix[16];

  inputs_from_condition (b, graph, "context", p->n_tokens, context);
  for (guint i = 0; i < p->shape.n_concepts; i++)
    {
      g_autofree char *column = g_strdup_printf ("column%u", i);
      g_autofree char *strength = g_strdup_printf ("strength%u", i);

      prefix_of_local (i, prefix);
      inputs_from_condition (b, graph, prefix, pz_image_encoder_patches (&model->vision),
                             local[i]);
      concepts[i] = (PzUnetConcept) {
        .kv = local[i],
        .column = input_of (graph, p->column[i], column),
        .strength = input_of (graph, p->strength[i], strength),
      };
    }

  PzTensor *prediction =
    pz_unet (graph, &model->unet,
             &(PzUnetInputs) {
               .sample = p->batch == 2 ? pz_concat (graph, latent, latent, 0) : latent,
               .timestep = input_of (graph, p->timestep, "timestep"),
               .guidance =
                 p->guidance != NULL ? input_of (graph, p->guidance, "guidance") : NULL,
               .context = context,
               .concepts = concepts,
               .n_concepts = p->shape.n_concepts,
             });
  PzTensor *next =
    pz_sampler_update (graph, latent, prediction, input_of (graph, p->noise, "noise"),
                       input_of (graph, p->knobs, "knobs"));
  /* In place: the update is the last reader of the latent and goes element by element. */
  pz_graph_bind (graph, pz_graph_output (graph, next, "next"), p->latent);

  const PzWeightSource sources[] = { { "", model->unet_weights } };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), error);
}

static PzProgram *
make_decode (Build *b, GError **error)
{
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzTensor *latent = pz_affine (graph, input_of (graph, b->p->latent, "latent"),
                                1.0f / model->vae.scaling_factor, 0.0f);
  PzTensor *image = pz_tiny_vae_decoder (graph, &model->vae, latent);

  pz_graph_output (graph, pz_cast (graph, image, PZ_F32), "image");

  const PzWeightSource sources[] = { { "", model->vae_weights } };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), error);
}

PzPipeline *
pz_pipeline_new (PzGpu *gpu,
                 const PzModelFolder *model,
                 PzDtype activation,
                 const PzPipelineShape *shape,
                 GCancellable *cancellable,
                 PzPipelineProgress progress,
                 gpointer data,
                 GError **error)
{
  g_autoptr (PzPipeline) p = g_new0 (PzPipeline, 1);
  Build b = { p, gpu, model, activation, cancellable };
  guint factor = pz_tiny_vae_config_factor (&model->vae);

  g_return_val_if_fail (shape->n_concepts <= PZ_MAX_CONCEPTS, NULL);
  g_return_val_if_fail (shape->width % factor == 0 && shape->height % factor == 0, NULL);

  p->shape = *shape;
  p->batch = shape->guided ? 2 : 1;
  p->latent_width = shape->width / factor;
  p->latent_height = shape->height / factor;
  p->latent_channels = model->vae.latent_channels;
  p->n_tokens = model->text.max_position_embeddings;
  p->n_extra = PZ_MAX_CONCEPTS * PZ_MAPPER_FEATURES;

  if (!make_storages (&b, error))
    return NULL;
  if (progress != NULL)
    progress (0.1, data);
  p->condition = make_condition (&b, error);
  if (p->condition == NULL)
    return NULL;
  if (progress != NULL)
    progress (0.4, data);
  p->denoise = make_denoise (&b, error);
  if (p->denoise == NULL)
    return NULL;
  if (progress != NULL)
    progress (0.8, data);
  p->decode = make_decode (&b, error);
  return p->decode != NULL ? g_steal_pointer (&p) : NULL;
}

void
pz_pipeline_free (PzPipeline *pipeline)
{
  if (pipeline == NULL)
    return;
  PzProgram **programs[] = { &pipeline->decode, &pipeline->denoise, &pipeline->condition };
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    g_clear_pointer (programs[i], pz_program_free);
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    {
      g_clear_pointer (&pipeline->local[i], pz_storage_unref);
      g_clear_pointer (&pipeline->column[i], pz_storage_unref);
      g_clear_pointer (&pipeline->strength[i], pz_storage_unref);
    }
  PzStorage **storages[] = { &pipeline->ids,   &pipeline->extra,    &pipeline->latent,
                             &pipeline->noise, &pipeline->timestep, &pipeline->guidance,
                             &pipeline->knobs };
  for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
    g_clear_pointer (storages[i], pz_storage_unref);
  g_free (pipeline);
}
