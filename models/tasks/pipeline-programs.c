/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The programs of a pipeline: see pipeline.h.
 */
#include "models/tasks/pipeline-private.h"

#include "compute/prompts.h"
#include "models/nets/image-encoder.h"
#include "models/nets/layers.h"
#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"

void
pz_pipeline_leave (PzPipeline *p)
{
  const PzModelFolder *model = p->room.model;
  PzWeights *const weights[] = { model->text_weights, model->unet_weights,
                                 model->global_mapper_weights, model->local_mapper_weights,
                                 model->vae_weights };

  for (guint i = 0; i < PZ_N_PIPELINE_PARTS; i++)
    g_clear_pointer (&p->programs[i], pz_program_free);
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    if (weights[i] != NULL)
      pz_weights_release (weights[i]);
  for (guint i = 0; i < p->shape.n_images; i++)
    pz_weights_release (p->shape.images[i]->weights);
  if (p->overlay != NULL)
    pz_overlay_drop (p->overlay);
}

static gboolean
compile (PzPipelineBuild *b,
         PzGraph *graph,
         const PzWeightSource sources[],
         guint n_sources,
         PzPipelinePart part,
         GError **error)
{
  PzProgram **program = &b->p->programs[part];
  PzOverlay *overlay = b->p->overlay;

  if (b->gpu != NULL && b->p->in_parts)
    pz_pipeline_leave (b->p);
  if (overlay != NULL && !pz_overlay_bind (overlay, b->gpu, graph, error))
    return FALSE;
  if (b->gpu == NULL)
    return pz_footprint_add (b->footprint, graph, error);
  /* The model's weights that are changed leave again before the others come. */
  if (overlay != NULL && b->p->in_parts
      && !pz_overlay_fill (overlay, b->gpu, b->cancellable, error))
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

const char *const pz_pipeline_image_scopes[PZ_MAX_CONCEPTS] = { "ip0.", "ip1.", "ip2.",
                                                                "ip3." };

static void
prefix_of_image (guint image, char prefix[16])
{
  g_snprintf (prefix, 16, "image%u", image);
}

/* The first image with the same IP-Adapter. Both use its scope, so that they share their matrices. */
static guint
scope_of_image (const PzPipelineShape *shape, guint image)
{
  guint i = 0;

  while (shape->images[i] != shape->images[image])
    i++;
  return i;
}

/* Adds keys and values of the image tokens. The sources of their matrices are appended to sources. */
static void
build_images (PzPipelineBuild *b, PzGraph *graph, PzWeightSource sources[], guint *n_sources)
{
  const PzPipeline *p = b->p;
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  char prefix[16];

  for (guint i = 0; i < p->shape.n_images; i++)
    {
      const guint scope = scope_of_image (&p->shape, i);

      prefix_of_image (i, prefix);
      pz_graph_push (graph, "ip%u", scope);
      pz_unet_context (graph, &b->model->unet,
                       pz_pipeline_input (b, graph, &p->image[i], prefix), PZ_KEYS_IMAGE, kv);
      pz_graph_pop (graph);
      pz_unet_context_outputs (graph, &b->model->unet, prefix, kv);
      if (scope == i)
        sources[(*n_sources)++] =
          (PzWeightSource) { pz_pipeline_image_scopes[i], p->shape.images[i]->weights };
    }
}

/* The U-Net's context, the encoded prompts: [batch, T, D]. */
static PzTensor *
build_context (PzPipelineBuild *b, PzGraph *graph)
{
  PzPipeline *p = b->p;
  PzTextInputs inputs = {
    .ids = pz_pipeline_input (b, graph, &p->ids, "ids"),
    .extra = pz_pipeline_input (b, graph, &p->extra, "extra"),
  };

  if (p->shape.adapter_length > 0)
    {
      inputs.prefix = pz_pipeline_input (b, graph, &p->adapter, "adapter");
      inputs.prefix_bias = pz_pipeline_input (b, graph, &p->adapter_bias, "adapter_bias");
    }
  pz_graph_push (graph, "text");
  PzTensor *context = pz_text_encoder (graph, &b->model->text, &inputs);
  context = pz_emphasis (graph, context, pz_pipeline_input (b, graph, &p->weights, "weights"));
  if (p->shape.negative_is_encoded)
    context =
      pz_concat (graph,
                 pz_layer_enter (graph, pz_pipeline_input (b, graph, &p->negative, "negative")),
                 pz_slice (graph, context, 0, 1, 1), 0);
  pz_graph_pop (graph);
  return context;
}

gboolean
pz_pipeline_make_condition (PzPipelineBuild *b, GError **error)
{
  const PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_model_graph_new (b->model, b->activation);
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  char prefix[16];

  PzTensor *context = build_context (b, graph);
  pz_unet_context (graph, &model->unet, context,
                   p->shape.n_locals > 0 ? PZ_KEYS_GLOBAL : PZ_KEYS_OWN, kv);
  pz_unet_context_outputs (graph, &model->unet, "context", kv);
  for (guint i = 0; i < p->shape.n_locals; i++)
    {
      prefix_of_local (i, prefix);
      pz_unet_context (graph, &model->unet, pz_pipeline_input (b, graph, &p->local[i], prefix),
                       PZ_KEYS_LOCAL, kv);
      pz_unet_context_outputs (graph, &model->unet, prefix, kv);
    }

  PzWeightSource sources[4 + PZ_MAX_CONCEPTS] = {
    { "text.", model->text_weights },
    { "global/", model->global_mapper_weights },
    { "local/", model->local_mapper_weights },
    { "", model->unet_weights },
  };
  guint n_sources = 4;
  build_images (b, graph, sources, &n_sources);
  return compile (b, graph, sources, n_sources, PZ_PIPELINE_CONDITION, error);
}

/* A result of the condition program, even if the program was freed since; NULL = it was never created. (transfer none) */
static PzStorage *
left_by_condition (PzPipeline *p, const char *name)
{
  PzProgram *condition = p->programs[PZ_PIPELINE_CONDITION];

  if (condition != NULL)
    g_hash_table_replace (p->context, g_strdup (name),
                          pz_storage_ref (pz_program_get_storage (condition, name)));
  return p->context != NULL ? g_hash_table_lookup (p->context, name) : NULL;
}

/* Adds inputs for the keys and values that the condition program computes. */
static void
inputs_from_condition (PzPipelineBuild *b,
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
        {
          PzStorage *left = both[j] != NULL ? left_by_condition (b->p, both[j]->name) : NULL;

          if (left != NULL)
            pz_graph_bind (graph, both[j], left);
          else if (both[j] != NULL)
            b->context_bytes += pz_dtype_size (both[j]->dtype, both[j]->n_dims, both[j]->dims);
        }
    }
}

static void
take_images (PzPipelineBuild *b,
             PzGraph *graph,
             PzKeyValue kv[][PZ_UNET_MAX_SITES],
             PzUnetImage images[])
{
  const PzPipeline *p = b->p;
  char prefix[16];

  for (guint i = 0; i < p->shape.n_images; i++)
    {
      g_autofree char *strength = g_strdup_printf ("image_strength%u", i);

      prefix_of_image (i, prefix);
      inputs_from_condition (b, graph, prefix, p->shape.images[i]->config.n_tokens, kv[i]);
      images[i] = (PzUnetImage) {
        .kv = kv[i],
        .strength = pz_pipeline_input (b, graph, &p->image_strength[i], strength),
      };
    }
}

gboolean
pz_pipeline_make_denoise (PzPipelineBuild *b, GError **error)
{
  const PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_model_graph_new (b->model, b->activation);
  PzTensor *latent = pz_pipeline_input (b, graph, &p->latent, "latent");
  PzKeyValue context[PZ_UNET_MAX_SITES];
  PzKeyValue local[PZ_MAX_CONCEPTS][PZ_UNET_MAX_SITES];
  PzKeyValue image_kv[PZ_MAX_CONCEPTS][PZ_UNET_MAX_SITES];
  PzUnetConcept concepts[PZ_MAX_CONCEPTS];
  PzUnetImage images[PZ_MAX_CONCEPTS];
  char prefix[16];

  take_images (b, graph, image_kv, images);
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
        .column = pz_pipeline_input (b, graph, &p->column[i], column),
        .strength = pz_pipeline_input (b, graph, &p->strength[i], strength),
      };
    }

  PzTensor *prediction =
    pz_unet (graph, &model->unet,
             &(PzUnetInputs) {
               .sample = p->batch == 2 ? pz_concat (graph, latent, latent, 0) : latent,
               .timestep = pz_pipeline_input (b, graph, &p->timestep, "timestep"),
               .guidance = model->unet.time_cond_proj_dim > 0
                             ? pz_pipeline_input (b, graph, &p->guidance, "guidance")
                             : NULL,
               .context = context,
               .concepts = concepts,
               .n_concepts = p->shape.n_locals,
               .images = images,
               .n_images = p->shape.n_images,
             });
  PzTensor *knobs = pz_pipeline_input (b, graph, &p->knobs, "knobs");
  PzTensor *past = pz_sampler_remember (graph, pz_pipeline_input (b, graph, &p->past, "past"),
                                        latent, prediction, knobs);
  PzTensor *next =
    pz_sampler_update (graph, latent, prediction,
                       pz_pipeline_input (b, graph, &p->noise, "noise"), past, knobs);
  /* In place: each op is the last reader of the storage that it overwrites, and works element by element. */
  PzTensor *kept = pz_graph_output (graph, past, "kept");
  next = pz_graph_output (graph, next, "next");
  if (b->gpu != NULL)
    {
      pz_graph_bind (graph, kept, p->past);
      pz_graph_bind (graph, next, p->latent);
    }

  const PzWeightSource sources[] = { { "", model->unet_weights } };
  return compile (b, graph, sources, G_N_ELEMENTS (sources), PZ_PIPELINE_DENOISE, error);
}

gboolean
pz_pipeline_make_decode (PzPipelineBuild *b, GError **error)
{
  PzPipeline *p = b->p;
  const PzModelFolder *model = b->model;
  g_autoptr (PzGraph) graph = pz_graph_new (b->activation);
  PzTensor *latent =
    pz_pipeline_input (b, graph, pz_pipeline_is_tiled (p) ? &p->tile : &p->latent, "latent");
  PzTensor *image =
    pz_autoencoder_decoder (graph, &model->vae,
                            pz_autoencoder_unscale (graph, &model->vae, latent));

  pz_graph_output (graph, pz_cast (graph, image, PZ_F32), "image");

  const PzWeightSource sources[] = { { "", model->vae_weights } };
  if (!compile (b, graph, sources, G_N_ELEMENTS (sources), PZ_PIPELINE_DECODE, error))
    return FALSE;
  if (b->gpu != NULL)
    p->decode_work =
      pz_tiles_count (&p->tiles) * pz_program_get_flops (p->programs[PZ_PIPELINE_DECODE]);
  return TRUE;
}
