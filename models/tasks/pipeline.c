/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Creates the programs of a pipeline, and measures their needs: see pipeline.h.
 */
#include "models/tasks/pipeline-private.h"

static gboolean
make_overlay (PzPipelineBuild *b, GError **error)
{
  PzOverlay *overlay = b->p->overlay;

  if (overlay == NULL)
    return TRUE;
  return b->gpu != NULL ? pz_overlay_compile (overlay, b->gpu, b->cancellable, error)
                        : pz_overlay_measure (overlay, b->footprint, error);
}

/* Sets everything that follows from the shape. */
static void
set_sizes (PzPipeline *p, const PzModelFolder *model, const PzPipelineShape *shape)
{
  const guint factor = model->vae.factor;
  const guint most = model->saves_memory ? PZ_TILE_SMALL : PZ_TILE_MOST;

  p->shape = *shape;
  p->batch = shape->guided ? 2 : 1;
  p->latent_width = shape->width / factor;
  p->latent_height = shape->height / factor;
  p->latent_channels = model->vae.latent_channels;
  p->factor = factor;
  p->tiles.down = pz_tiling (p->latent_height, most);
  p->tiles.across = pz_tiling (p->latent_width, most);
  p->n_tokens = model->text.max_position_embeddings;
  p->vocab_size = model->text.vocab_size;
  /* At most, learned words fill both prompts completely. */
  p->n_extra = PZ_MAX_CONCEPTS * PZ_CONCEPT_MAX_WORDS + p->batch * p->n_tokens;
}

/* The stages of construction, and the fraction that is complete after each. */
enum
{
  STORAGES,
  CONDITION,
  DENOISE,
  DECODE,
  OVERLAY,
  N_STAGES,
};

static const struct
{
  gboolean (*make) (PzPipelineBuild *b, GError **error);
  double fraction;
} stages[N_STAGES] = {
  [STORAGES] = { pz_pipeline_make_storages, 0.1 },
  [CONDITION] = { pz_pipeline_make_condition, 0.4 },
  [DENOISE] = { pz_pipeline_make_denoise, 0.7 },
  [DECODE] = { pz_pipeline_make_decode, 0.9 },
  [OVERLAY] = { make_overlay, 1.0 },
};

/* For a pipeline in parts. The decoder is freed at once, but its errors are reported before any step runs. */
static const guint first_stages[] = { STORAGES, DECODE, CONDITION };
static const guint all_stages[] = { STORAGES, CONDITION, DENOISE, DECODE, OVERLAY };

PzPipeline *
pz_pipeline_new (const PzPipelineRoom *room,
                 const PzPipelineShape *shape,
                 PzOverlay *overlay,
                 GCancellable *cancellable,
                 PzPipelineProgress progress,
                 gpointer data,
                 GError **error)
{
  g_autoptr (PzPipeline) p = g_new0 (PzPipeline, 1);
  PzPipelineBuild b = { p, room->gpu, room->model, room->activation, cancellable, NULL, 0 };
  guint factor = room->model->vae.factor;

  g_return_val_if_fail (shape->n_locals <= PZ_MAX_CONCEPTS, NULL);
  g_return_val_if_fail (shape->width % factor == 0 && shape->height % factor == 0, NULL);

  p->room = *room;
  set_sizes (p, room->model, shape);
  p->overlay = overlay;
  p->rows = g_array_new (FALSE, FALSE, sizeof (PzPipelineRow));
  p->context =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pz_storage_unref);
  p->in_parts = room->model->saves_memory;

  const guint *made = p->in_parts ? first_stages : all_stages;
  const guint n = p->in_parts ? G_N_ELEMENTS (first_stages) : G_N_ELEMENTS (all_stages);
  for (guint i = 0; i < n; i++)
    {
      if (!stages[made[i]].make (&b, error))
        return NULL;
      if (progress != NULL)
        progress (stages[made[i]].fraction, data);
    }
  return g_steal_pointer (&p);
}

gboolean
pz_pipeline_enter (PzPipeline *p,
                   PzPipelinePart part,
                   GCancellable *cancellable,
                   GError **error)
{
  static const guint stage_of[PZ_N_PIPELINE_PARTS] = { CONDITION, DENOISE, DECODE };
  PzPipelineBuild b = {
    p, p->room.gpu, p->room.model, p->room.activation, cancellable, NULL, 0
  };

  return p->programs[part] != NULL || stages[stage_of[part]].make (&b, error);
}

/* What is measured. */
typedef struct
{
  const PzPipelineRoom *room;
  const PzPipelineShape *shape;
  PzOverlay *overlay; /* NULL = none */
} Measured;

/* Adds stages that are on the device at the same time to a footprint. *context_bytes: of keys and values; may be NULL. */
static gboolean
measure (const Measured *measured,
         const guint there[],
         guint n_there,
         PzFootprint *footprint,
         guint64 *context_bytes,
         GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PzPipelineRow));
  PzPipeline p = { .rows = rows, .overlay = measured->overlay };
  PzPipelineBuild b = {
    .p = &p,
    .model = measured->room->model,
    .activation = measured->room->activation,
    .footprint = footprint,
  };

  set_sizes (&p, measured->room->model, measured->shape);
  for (guint i = 0; i < n_there; i++)
    if (!stages[there[i]].make (&b, error))
      return FALSE;
  if (context_bytes != NULL)
    *context_bytes = b.context_bytes;
  return TRUE;
}

/* Adds what is on the device while the changed weights are computed of the program that was measured last. */
static gboolean
measure_fill (const Measured *measured, PzFootprint *footprint, GError **error)
{
  return measured->overlay == NULL
         || (measure (measured, (const guint[]) { STORAGES }, 1, footprint, NULL, error)
             && pz_overlay_measure_fill (measured->overlay, footprint, error));
}

/* Measures one program at a time. The keys and values stay on the device together with each of them. */
static gboolean
measure_in_parts (const Measured *measured, PzFootprint *footprint, GError **error)
{
  static const guint parts[PZ_N_PIPELINE_PARTS][2] = {
    { STORAGES, CONDITION },
    { STORAGES, DENOISE },
    { STORAGES, DECODE },
  };
  guint64 bytes[PZ_N_PIPELINE_PARTS], fill[PZ_N_PIPELINE_PARTS], context[PZ_N_PIPELINE_PARTS];
  guint64 most = 0;

  for (guint i = 0; i < PZ_N_PIPELINE_PARTS; i++)
    {
      g_auto (PzFootprint) part = { .limits = footprint->limits };
      g_auto (PzFootprint) filled = { .limits = footprint->limits };

      if (measured->overlay != NULL)
        pz_overlay_drop (measured->overlay);
      if (!measure (measured, parts[i], G_N_ELEMENTS (parts[i]), &part, &context[i], error)
          || !measure_fill (measured, &filled, error))
        return FALSE;
      bytes[i] = part.bytes;
      fill[i] = filled.bytes;
    }
  bytes[PZ_PIPELINE_DECODE] += context[PZ_PIPELINE_DENOISE];
  fill[PZ_PIPELINE_DENOISE] += context[PZ_PIPELINE_DENOISE];
  for (guint i = 0; i < PZ_N_PIPELINE_PARTS; i++)
    most = MAX (most, MAX (bytes[i], fill[i]));
  footprint->bytes += most;
  return TRUE;
}

gboolean
pz_pipeline_measure (const PzPipelineRoom *room,
                     const PzPipelineShape *shape,
                     PzOverlay *overlay,
                     PzFootprint *footprint,
                     GError **error)
{
  const Measured measured = { room, shape, overlay };

  return room->model->saves_memory
           ? measure_in_parts (&measured, footprint, error)
           : measure (&measured, all_stages, G_N_ELEMENTS (all_stages), footprint, NULL, error);
}

void
pz_pipeline_free (PzPipeline *pipeline)
{
  if (pipeline == NULL)
    return;
  if (pipeline->in_parts)
    pz_pipeline_leave (pipeline);
  for (guint i = 0; i < PZ_N_PIPELINE_PARTS; i++)
    g_clear_pointer (&pipeline->programs[i], pz_program_free);
  g_clear_pointer (&pipeline->context, g_hash_table_unref);
  g_clear_pointer (&pipeline->overlay, pz_overlay_free);
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    {
      g_clear_pointer (&pipeline->local[i], pz_storage_unref);
      g_clear_pointer (&pipeline->column[i], pz_storage_unref);
      g_clear_pointer (&pipeline->strength[i], pz_storage_unref);
      g_clear_pointer (&pipeline->image[i], pz_storage_unref);
      g_clear_pointer (&pipeline->image_strength[i], pz_storage_unref);
    }
  PzStorage **storages[] = {
    &pipeline->ids,          &pipeline->weights,  &pipeline->extra,    &pipeline->adapter,
    &pipeline->adapter_bias, &pipeline->negative, &pipeline->latent,   &pipeline->noise,
    &pipeline->past,         &pipeline->timestep, &pipeline->guidance, &pipeline->knobs,
    &pipeline->tile,
  };
  for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
    g_clear_pointer (storages[i], pz_storage_unref);
  g_clear_pointer (&pipeline->rows, g_array_unref);
  g_free (pipeline);
}
