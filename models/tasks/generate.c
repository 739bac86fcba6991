/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generates pictures from a prompt and concepts: see generate.h.
 */
#include "models/tasks/generate-private.h"

#include "models/nets/unet.h"
#include "models/tasks/decode.h"
#include "models/tasks/diagnose.h"
#include "models/tasks/recipe.h"
#include "models/tasks/spent.h"

static void
run_clear (PzGeneration *run)
{
  pz_step_preview_clear (&run->preview);
  pz_start_clear (&run->start);
  g_clear_pointer (&run->plan, pz_sampler_plan_free);
  g_clear_pointer (&run->conditioning, pz_conditioning_free);
  g_clear_pointer (&run->step_ms, g_array_unref);
  g_clear_pointer (&run->decode_ms, g_array_unref);
  g_clear_pointer (&run->variant_ms, g_array_unref);
  if (run->generator->pipeline != NULL && run->generator->pipeline->in_parts)
    pz_pipeline_leave (run->generator->pipeline);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGeneration, run_clear)

PzGenerator *
pz_generator_new (PzGpu *gpu,
                  const PzModelFolder *model,
                  const char *fingerprint,
                  PzDtype activation,
                  PzWordShelf *words,
                  PzImagePrompts *image_prompts)
{
  PzGenerator *generator = g_new0 (PzGenerator, 1);

  generator->gpu = gpu;
  generator->model = model;
  generator->fingerprint = fingerprint;
  generator->activation = activation;
  generator->words = words;
  generator->image_prompts = image_prompts;
  return generator;
}

void
pz_generator_rest (PzGenerator *generator)
{
  g_clear_pointer (&generator->pipeline, pz_pipeline_free);
}

void
pz_generator_free (PzGenerator *generator)
{
  if (generator == NULL)
    return;
  pz_generator_rest (generator);
  g_free (generator);
}

/* ---- before anything runs ---- */

void
pz_generation_fill_defaults (PzGeneration *run, const PzGenerateParams *params)
{
  const PzModelInfo *info = &run->generator->model->info;

  run->params = *params;
  run->params.variants = MAX (params->variants, 1);
  if (params->fidelity < 0.0)
    run->params.fidelity = info->fidelity;
  if (params->width == 0)
    run->params.width = info->width;
  if (params->height == 0)
    run->params.height = info->height;
}

/* Recommended by LCM-LoRA's authors. */
#define LCM_STEPS 4
#define LCM_GUIDANCE 1.0

void
pz_generation_fill_sampler (PzGeneration *run)
{
  const PzModelInfo *info = &run->generator->model->info;
  const gboolean is_lcm = pz_conditioning_is_lcm (run->conditioning);
  PzGenerateParams *params = &run->params;

  if (params->steps == 0)
    params->steps = is_lcm ? LCM_STEPS : info->steps;
  if (params->guidance < 0.0)
    params->guidance = is_lcm ? LCM_GUIDANCE : info->guidance;
  if (params->sampler == NULL)
    params->sampler = is_lcm ? "lcm" : info->sampler;
  /* 1 or less means no guidance, as in diffusers (pipeline_stable_diffusion.py, do_classifier_free_guidance); SD-Turbo's model
   * card specifies 0. */
  run->guided = !info->guidance_embedded && params->guidance > 1.0;
}

static GCancellable *
cancellable_of (const PzGeneration *run)
{
  return run->meter.task != NULL ? run->meter.task->cancellable : NULL;
}

static void
on_prepare (double fraction, gpointer data)
{
  pz_meter_prepare (data, fraction);
}

PzPipelineRoom
pz_generation_room (const PzGeneration *run)
{
  const PzGenerator *generator = run->generator;

  return (PzPipelineRoom) { generator->gpu, generator->model, generator->activation };
}

PzPipelineShape
pz_generation_shape (const PzGeneration *run)
{
  PzPipelineShape shape = {
    .width = run->params.width,
    .height = run->params.height,
    .guided = run->guided,
  };

  pz_conditioning_shape (run->conditioning, &shape);
  return shape;
}

static gboolean
has_same_images (const PzPipelineShape *a, const PzPipelineShape *b)
{
  for (guint i = 0; i < MIN (a->n_images, b->n_images); i++)
    if (a->images[i] != b->images[i])
      return FALSE;
  return a->n_images == b->n_images;
}

static gboolean
is_same_shape (const PzPipelineShape *a, const PzPipelineShape *b)
{
  return a->width == b->width && a->height == b->height && a->guided == b->guided
         && a->n_locals == b->n_locals && has_same_images (a, b)
         && a->adapter_length == b->adapter_length && a->adapter_layers == b->adapter_layers
         && a->negative_is_encoded == b->negative_is_encoded;
}

static const PzOverlaySource *
changes_of (const PzGeneration *run)
{
  return (const PzOverlaySource *) (gpointer) run->conditioning->changes->data;
}

gboolean
pz_generation_make_overlay (const PzGeneration *run, PzOverlay **overlay, GError **error)
{
  const guint n = run->conditioning->changes->len;

  *overlay = n > 0 ? pz_overlay_new (run->generator->model, changes_of (run), n, error) : NULL;
  return n == 0 || *overlay != NULL;
}

static void
set_strengths (const PzGeneration *run, PzOverlay *overlay)
{
  pz_overlay_set_strengths (overlay, (const PzOverlayStrength *) (gpointer)
                                       run->conditioning->strengths->data);
}

/* Frees the pipeline if it has another shape or other weights. It is NULL afterwards if a new one must be created. */
static void
drop_other_pipeline (PzGeneration *run)
{
  PzGenerator *generator = run->generator;
  const PzPipelineShape shape = pz_generation_shape (run);
  if (generator->pipeline != NULL
      && (!is_same_shape (&generator->pipeline->shape, &shape)
          || !pz_overlay_is_of (generator->pipeline->overlay, changes_of (run),
                                run->conditioning->changes->len)))
    g_clear_pointer (&generator->pipeline, pz_pipeline_free);
  if (generator->pipeline != NULL)
    set_strengths (run, generator->pipeline->overlay);
}

static gboolean
make_pipeline (PzGeneration *run, GError **error)
{
  PzGenerator *generator = run->generator;
  const PzPipelineRoom room = pz_generation_room (run);
  gint64 began = g_get_monotonic_time ();
  const PzPipelineShape shape = pz_generation_shape (run);
  PzOverlay *overlay;
  pz_meter_stage (&run->meter, PZ_STAGE_LOAD, 0, 0, 0, 0);
  if (!pz_generation_make_overlay (run, &overlay, error))
    return FALSE;
  set_strengths (run, overlay);
  generator->pipeline = pz_pipeline_new (&room, &shape, overlay, cancellable_of (run),
                                         on_prepare, &run->meter, error);
  run->times->load_ms += (double) (g_get_monotonic_time () - began) / 1000.0;
  return generator->pipeline != NULL;
}

/* ---- what the programs read ---- */

/* [batch, width]: the same features for both halves. */
static gboolean
write_features (PzStorage *storage, float *features, guint width, guint batch, GError **error)
{
  if (batch == 2)
    memcpy (features + width, features, width * sizeof (float));
  return pz_storage_write_f32 (storage, features, (gsize) width * batch, error);
}

static gboolean
write_guidance (PzGeneration *run, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  const PzUnetConfig *unet = &run->generator->model->unet;
  g_autofree float *features = g_new (float, 2 * (gsize) MAX (unet->time_cond_proj_dim, 1));

  if (p->guidance == NULL)
    return TRUE;
  pz_unet_guidance_features (unet, run->params.guidance, features);
  return write_features (p->guidance, features, unet->time_cond_proj_dim, p->batch, error);
}

static gboolean
write_step (PzGeneration *run, const PzSamplerStep *step, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  const PzUnetConfig *unet = &run->generator->model->unet;
  g_autofree float *features = g_new (float, 2 * (gsize) unet->block_out_channels[0]);

  pz_unet_timestep_features (unet, step->timestep, features);
  return write_features (p->timestep, features, unet->block_out_channels[0], p->batch, error)
         && pz_storage_write_f32 (p->knobs, step->knobs, PZ_N_KNOBS, error);
}

/* ---- running ---- */

/* Starts the meter with the work ahead. The denoise program must be on the device. */
static void
begin_work (PzGeneration *run)
{
  PzGenerator *generator = run->generator;
  const PzPipeline *p = generator->pipeline;
  PzProgram *const *programs = p->programs;
  const double condition = programs[PZ_PIPELINE_CONDITION] != NULL
                             ? pz_program_get_flops (programs[PZ_PIPELINE_CONDITION])
                             : 0.0;
  const double variant =
    run->plan->n_steps * pz_program_get_flops (programs[PZ_PIPELINE_DENOISE]) + p->decode_work;

  pz_step_preview_init (&run->preview, &generator->colours, p, run->plan->n_steps,
                        run->meter.task);
  pz_meter_begin (&run->meter, run->meter.done_work + pz_overlay_work (p->overlay) + condition
                                 + pz_step_preview_work (&run->preview)
                                 + run->params.variants * variant);
}

gboolean
pz_generation_enter (PzGeneration *run, PzPipelinePart part, GError **error)
{
  PzPipeline *p = run->generator->pipeline;
  const PzProgress now = run->meter.now;
  const gint64 began = g_get_monotonic_time ();

  if (p->programs[part] != NULL)
    return TRUE;
  pz_meter_stage (&run->meter, PZ_STAGE_LOAD, now.variant, now.n_variants, now.step,
                  now.n_steps);
  if (!pz_pipeline_enter (p, part, cancellable_of (run), error))
    return FALSE;
  run->times->load_ms += (double) (g_get_monotonic_time () - began) / 1000.0;
  return TRUE;
}

/* For a pipeline in parts, the work ahead is only known once the denoise program is created for the first time. */
static gboolean
enter_denoise (PzGeneration *run, GError **error)
{
  if (!pz_generation_enter (run, PZ_PIPELINE_DENOISE, error))
    return FALSE;
  if (run->meter.total_work == 0.0)
    begin_work (run);
  return TRUE;
}

gboolean
pz_generation_take_step (PzGeneration *run, const PzSamplerStep *step, GError **error)
{
  return write_step (run, step, error)
         && (!step->takes_noise || pz_start_write_noise (&run->start, error));
}

static PzImage *
decode (PzGeneration *run, guint index, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  guint width = run->params.width, height = run->params.height;
  gsize n = (gsize) width * height * 3;
  g_autofree float *pixels = g_new (float, n);
  g_autoptr (PzImage) picture = NULL;
  gint64 began = g_get_monotonic_time ();

  if (!pz_decode (p, &run->meter, pixels, error)
      || !pz_generation_check (run, index, pixels, n, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    pixels[i] = CLAMP (pixels[i] * 0.5f + 0.5f, 0.0f, 1.0f);
  pz_spent_note (run->decode_ms, began);
  picture = pz_image_new_take (width, height, 3, g_steal_pointer (&pixels));
  return pz_step_preview_finished (&run->preview, picture, error) ? g_steal_pointer (&picture)
                                                                  : NULL;
}

static PzImage *
make_variant (PzGeneration *run, guint index, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  guint n_variants = run->params.variants;

  if (!enter_denoise (run, error)
      || !pz_start_variant (&run->start, run->params.seed + index, run->plan, error))
    return NULL;
  for (guint i = 0; i < run->plan->n_steps; i++)
    {
      const PzSamplerStep *step = &run->plan->steps[i];
      gint64 began = g_get_monotonic_time ();

      pz_meter_stage (&run->meter, PZ_STAGE_STEP, index + 1, n_variants, i + 1,
                      run->plan->n_steps);
      if (!pz_generation_take_step (run, step, error)
          || !pz_step_preview_before (&run->preview, error)
          || !pz_meter_run (&run->meter, p->programs[PZ_PIPELINE_DENOISE], error)
          || !pz_step_preview_after (&run->preview, step, &run->meter, error)
          || !pz_start_after_step (&run->start, step, i + 1 == run->plan->n_steps, error))
        return NULL;
      pz_spent_note (run->step_ms, began);
    }
  if (!pz_generation_enter (run, PZ_PIPELINE_DECODE, error))
    return NULL;
  pz_meter_stage (&run->meter, PZ_STAGE_DECODE, index + 1, n_variants, run->plan->n_steps,
                  run->plan->n_steps);
  return decode (run, index, error);
}

static gboolean
make_variants (PzGeneration *run, PzVariantFunc variant, gpointer data, GError **error)
{
  const PzGpuInfo *gpu = pz_gpu_get_info (run->generator->gpu);
  PzRecipe recipe = {
    .params = &run->params,
    .model = &run->generator->model->info,
    .fingerprint = run->generator->fingerprint,
    .conditioning = run->conditioning,
    .device = gpu->name,
    .driver = gpu->driver,
    .f32 = run->generator->activation == PZ_F32,
    .packs_weights = run->generator->model->packs_weights,
  };

  for (guint i = 0; i < run->params.variants; i++)
    {
      gint64 began = g_get_monotonic_time ();
      g_autoptr (PzImage) image = make_variant (run, i, error);

      if (image == NULL)
        return FALSE;
      pz_spent_note (run->variant_ms, began);

      g_autofree char *json = pz_recipe_to_json (&recipe, run->params.seed + i);
      PzVariant finished = {
        .index = i,
        .seed = run->params.seed + i,
        .image = image,
        .recipe = json,
      };
      if (!variant (&finished, data, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_condition (PzGeneration *run, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  gsize n_latent = pz_storage_get_n_elements (p->noise);
  g_autofree float *zeros = g_new0 (float, n_latent);
  gint64 began;

  if (!pz_generation_enter (run, PZ_PIPELINE_CONDITION, error))
    return FALSE;
  began = g_get_monotonic_time ();
  if (!p->in_parts)
    begin_work (run);
  pz_meter_stage (&run->meter, PZ_STAGE_TEXT, 0, 0, 0, 0);
  /* Steps that take no noise multiply it by 0, so it must not contain NaN. */
  if (!pz_overlay_apply (p->overlay, &run->meter, error)
      || !pz_conditioning_write (run->conditioning, p, error) || !write_guidance (run, error)
      || !pz_storage_write_f32 (p->noise, zeros, n_latent, error)
      || !pz_meter_run (&run->meter, p->programs[PZ_PIPELINE_CONDITION], error))
    return FALSE;
  run->times->text_ms = (double) (g_get_monotonic_time () - began) / 1000.0;
  return TRUE;
}

gboolean
pz_generator_run (PzGenerator *generator,
                  const PzGenerateParams *params,
                  PzConcept *const concepts[],
                  guint n_concepts,
                  const PzTaskParams *task,
                  PzVariantFunc variant,
                  gpointer data,
                  PzTimes *times,
                  GError **error)
{
  g_auto (PzGeneration) run = {
    .generator = generator,
    .step_ms = g_array_new (FALSE, FALSE, sizeof (double)),
    .decode_ms = g_array_new (FALSE, FALSE, sizeof (double)),
    .variant_ms = g_array_new (FALSE, FALSE, sizeof (double)),
    .times = times,
  };
  gboolean done;

  pz_generation_fill_defaults (&run, params);
  pz_conditioning_fill_fidelities (&run.params, params->fidelity, concepts, n_concepts);
  run.conditioning =
    pz_conditioning_new (generator->model, generator->words, generator->image_prompts,
                         &run.params, concepts, n_concepts, error);
  if (run.conditioning == NULL)
    return FALSE;
  pz_generation_fill_sampler (&run);
  pz_noise_schedule_init (&run.schedule, &generator->model->schedule);
  run.plan = pz_sampler_plan_new_late (run.params.sampler, &run.schedule, run.params.steps,
                                       pz_start_strength (&run.params),
                                       run.guided ? run.params.guidance : 1.0, error);
  if (run.plan == NULL)
    return FALSE;
  pz_conditioning_say (run.conditioning, task);
  drop_other_pipeline (&run);
  pz_meter_init (&run.meter, task, generator->pipeline == NULL);
  if ((generator->pipeline == NULL && !make_pipeline (&run, error))
      || !pz_meter_go_on (&run.meter, error))
    return FALSE;
  for (guint i = 0; i < run.conditioning->changes->len; i++)
    pz_task_note (task, PZ_NOTE_LORA_LAYERS,
                  pz_overlay_get_note (generator->pipeline->overlay, i));
  if (!run_condition (&run, error)
      || !pz_start_init (&run.start, generator->pipeline, generator->gpu, generator->model,
                         generator->activation, &run.params, cancellable_of (&run), error))
    return FALSE;
  done = make_variants (&run, variant, data, error);
  times->step_ms = pz_spent_median (run.step_ms);
  times->decode_ms = pz_spent_median (run.decode_ms);
  times->variant_ms = pz_spent_median (run.variant_ms);
  return done;
}
