/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The storages that a pipeline keeps between replays: see pipeline.h.
 */
#include "models/nets/image-encoder.h"
#include "models/tasks/pipeline-private.h"

static gboolean
make_rows (PzPipelineBuild *b, const PzPipelineRow rows[], guint n_rows, GError **error)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const PzPipelineRow *row = &rows[i];

      g_array_append_val (b->p->rows, *row);
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
make_concept_storages (PzPipelineBuild *b, guint concept, GError **error)
{
  PzPipeline *p = b->p;
  guint patches = pz_image_encoder_patches (&b->model->vision);
  guint d = b->model->unet.cross_attention_dim;
  const PzPipelineRow rows[] = {
    { &p->local[concept], PZ_ARENA_STATE, PZ_F32, "local", 3, { p->batch, patches, d } },
    { &p->column[concept], PZ_ARENA_KNOBS, PZ_I32, "column", 1, { p->batch } },
    { &p->strength[concept], PZ_ARENA_KNOBS, PZ_F32, "strength", 1, { p->batch } },
  };

  return make_rows (b, rows, G_N_ELEMENTS (rows), error);
}

static gboolean
make_image_storages (PzPipelineBuild *b, guint image, GError **error)
{
  PzPipeline *p = b->p;
  const PzImagePromptConfig *config = &p->shape.images[image]->config;
  const guint d = config->cross_attention_dim;
  const PzPipelineRow rows[] = {
    { &p->image[image], PZ_ARENA_STATE, PZ_F32, "image", 3, { p->batch, config->n_tokens, d } },
    { &p->image_strength[image], PZ_ARENA_KNOBS, PZ_F32, "image_strength", 1, { p->batch } },
  };

  return make_rows (b, rows, G_N_ELEMENTS (rows), error);
}

/* Inputs that only some prompts have: an adapter's rows, an encoded negative prompt. */
static gboolean
make_text_storages (PzPipelineBuild *b, GError **error)
{
  PzPipeline *p = b->p;
  guint d = b->model->text.hidden_size;
  guint length = p->shape.adapter_length, n_layers = p->shape.adapter_layers;
  guint n_keys = length + p->n_tokens;
  const PzPipelineRow adapter[] = {
    { &p->adapter, PZ_ARENA_KNOBS, PZ_F32, "adapter", 3, { length, 2 * n_layers, d } },
    { &p->adapter_bias, PZ_ARENA_KNOBS, PZ_F32, "adapter_bias", 2, { p->batch, n_keys } },
  };
  const PzPipelineRow negative = {
    &p->negative, PZ_ARENA_KNOBS, PZ_F32, "negative", 3, { 1, p->n_tokens, d },
  };

  return (length == 0 || make_rows (b, adapter, G_N_ELEMENTS (adapter), error))
         && (!p->shape.negative_is_encoded || make_rows (b, &negative, 1, error));
}

gboolean
pz_pipeline_make_storages (PzPipelineBuild *b, GError **error)
{
  PzPipeline *p = b->p;
  const PzUnetConfig *unet = &b->model->unet;
  guint h = p->latent_height, w = p->latent_width, c = p->latent_channels;
  guint d = unet->cross_attention_dim;
  guint n_features = unet->block_out_channels[0];
  const PzPipelineRow rows[] = {
    { &p->ids, PZ_ARENA_KNOBS, PZ_I32, "ids", 2, { p->batch, p->n_tokens } },
    { &p->weights, PZ_ARENA_KNOBS, PZ_F32, "weights", 2, { p->batch, p->n_tokens } },
    { &p->extra, PZ_ARENA_KNOBS, PZ_F32, "extra", 2, { p->n_extra, d } },
    { &p->latent, PZ_ARENA_STATE, PZ_F32, "latent", 4, { 1, h, w, c } },
    { &p->noise, PZ_ARENA_STATE, PZ_F32, "noise", 4, { 1, h, w, c } },
    { &p->past, PZ_ARENA_STATE, PZ_F32, "past", 4, { PZ_SAMPLER_SLOTS, h, w, c } },
    { &p->timestep, PZ_ARENA_KNOBS, PZ_F32, "timestep", 2, { p->batch, n_features } },
    { &p->knobs, PZ_ARENA_KNOBS, PZ_F32, "knobs", 1, { PZ_N_KNOBS } },
  };
  const PzPipelineRow guidance = {
    &p->guidance, PZ_ARENA_KNOBS, PZ_F32, "guidance", 2, { p->batch, unet->time_cond_proj_dim },
  };
  const PzPipelineRow tile = {
    &p->tile, PZ_ARENA_STATE,
    PZ_F32,   "tile",
    4,        { 1, p->tiles.down.length, p->tiles.across.length, c },
  };

  if (!make_rows (b, rows, G_N_ELEMENTS (rows), error) || !make_text_storages (b, error)
      || (unet->time_cond_proj_dim > 0 && !make_rows (b, &guidance, 1, error))
      || (pz_pipeline_is_tiled (p) && !make_rows (b, &tile, 1, error)))
    return FALSE;
  for (guint i = 0; i < p->shape.n_locals; i++)
    if (!make_concept_storages (b, i, error))
      return FALSE;
  for (guint i = 0; i < p->shape.n_images; i++)
    if (!make_image_storages (b, i, error))
      return FALSE;
  return TRUE;
}

static const PzPipelineRow *
row_of (const PzPipelineBuild *b, PzStorage *const *to)
{
  for (guint i = 0; i < b->p->rows->len; i++)
    if (g_array_index (b->p->rows, PzPipelineRow, i).to == to)
      return &g_array_index (b->p->rows, PzPipelineRow, i);
  g_assert_not_reached ();
}

PzTensor *
pz_pipeline_input (PzPipelineBuild *b, PzGraph *graph, PzStorage *const *to, const char *name)
{
  const PzPipelineRow *row = row_of (b, to);
  PzTensor *input = pz_graph_input (graph, name, row->dtype, row->n_dims, row->dims);

  if (*to != NULL)
    pz_graph_bind (graph, input, *to);
  return input;
}
