/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a prompt and concepts to pictures: see generate.h.
 */
#include "models/tasks/generate.h"

#include <math.h>

#include "models/nets/unet.h"
#include "models/tasks/meter.h"
#include "models/tasks/noise.h"
#include "models/tasks/pipeline.h"
#include "models/tasks/prompt.h"
#include "models/tasks/recipe.h"
#include "models/tasks/sampler.h"

struct _PzGenerator
{
  PzGpu *gpu;
  const PzModelFolder *model; /* not owned */
  const char *fingerprint; /* not owned */
  PzDtype activation;
  PzPipeline *pipeline; /* of the last shape; NULL until first used */
};

/* One call of pz_generator_run (). */
typedef struct
{
  PzGenerator *generator;
  PzGenerateParams params; /* defaults filled in */
  PzConcept *const *concepts;
  guint n_concepts;
  gboolean guided;
  PzNoiseSchedule schedule;
  PzSamplerPlan *plan;
  PzPrompt *prompt, *negative;
  PzMeter meter;
  GArray *step_ms, *decode_ms, *variant_ms; /* of double */
} Run;

static void
run_clear (Run *run)
{
  g_clear_pointer (&run->plan, pz_sampler_plan_free);
  g_clear_pointer (&run->prompt, pz_prompt_free);
  g_clear_pointer (&run->negative, pz_prompt_free);
  g_clear_pointer (&run->step_ms, g_array_unref);
  g_clear_pointer (&run->decode_ms, g_array_unref);
  g_clear_pointer (&run->variant_ms, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

PzGenerator *
pz_generator_new (PzGpu *gpu,
                  const PzModelFolder *model,
                  const char *fingerprint,
                  PzDtype activation)
{
  PzGenerator *generator = g_new0 (PzGenerator, 1);

  generator->gpu = gpu;
  generator->model = model;
  generator->fingerprint = fingerprint;
  generator->activation = activation;
  return generator;
}

void
pz_generator_free (PzGenerator *generator)
{
  if (generator == NULL)
    return;
  g_clear_pointer (&generator->pipeline, pz_pipeline_free);
  g_free (generator);
}

/* ---- before anything runs ---- */

static void
fill_defaults (Run *run, const PzGenerateParams *params, const PzModelInfo *info)
{
  run->params = *params;
  run->params.variants = MAX (params->variants, 1);
  if (params->steps == 0)
    run->params.steps = info->steps;
  if (params->guidance < 0.0)
    run->params.guidance = info->guidance;
  if (params->sampler == NULL)
    run->params.sampler = info->sampler;
  if (params->width == 0)
    run->params.width = info->width;
  if (params->height == 0)
    run->params.height = info->height;
  run->guided = !info->guidance_embedded && run->params.guidance != 1.0;
}

static gboolean
read_prompts (Run *run, GError **error)
{
  const PzModelFolder *model = run->generator->model;
  PzPromptParams params = {
    .tokenizer = model->tokenizer,
    .vocab_size = model->text.vocab_size,
    .max_tokens = model->text.max_position_embeddings,
    .concepts = run->concepts,
    .n_concepts = run->n_concepts,
    .words = run->params.words,
  };
  const char *negative = run->params.negative_prompt;

  run->prompt = pz_prompt_new (run->params.prompt, &params, error);
  if (run->prompt == NULL)
    return FALSE;
  /* ELITE never puts the concept into the unconditional half, so S is a letter there. */
  params.concepts = NULL;
  params.n_concepts = 0;
  run->negative = pz_prompt_new (negative != NULL ? negative : "", &params, error);
  return run->negative != NULL;
}

static void
on_prepare (double fraction, gpointer data)
{
  pz_meter_prepare (data, fraction);
}

static PzPipelineShape
shape_of (const Run *run)
{
  return (PzPipelineShape) {
    .width = run->params.width,
    .height = run->params.height,
    .guided = run->guided,
    .n_concepts = run->n_concepts,
  };
}

/* Lets go of a pipeline of another shape, so that NULL means one must be made. */
static void
drop_other_pipeline (Run *run)
{
  PzGenerator *generator = run->generator;
  const PzPipelineShape shape = shape_of (run);
  const PzPipelineShape *old;

  if (generator->pipeline == NULL)
    return;
  old = &generator->pipeline->shape;
  if (old->width != shape.width || old->height != shape.height || old->guided != shape.guided
      || old->n_concepts != shape.n_concepts)
    g_clear_pointer (&generator->pipeline, pz_pipeline_free);
}

static gboolean
make_pipeline (Run *run, PzTimes *times, GError **error)
{
  PzGenerator *generator = run->generator;
  GCancellable *cancellable = run->meter.task != NULL ? run->meter.task->cancellable : NULL;
  gint64 began = g_get_monotonic_time ();
  const PzPipelineShape shape = shape_of (run);

  pz_meter_stage (&run->meter, PZ_STAGE_LOAD, 0, 0, 0, 0);
  generator->pipeline =
    pz_pipeline_new (generator->gpu, generator->model, generator->activation, &shape,
                     cancellable, on_prepare, &run->meter, error);
  times->load_ms += (double) (g_get_monotonic_time () - began) / 1000.0;
  return generator->pipeline != NULL;
}

/* ---- what the programs read ---- */

static gboolean
write_concept (Run *run, guint index, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  const PzConcept *concept = run->concepts[index];
  gsize n = (gsize) pz_concept_get_n_patches (concept) * pz_concept_get_width (concept);
  g_autofree float *local = g_new0 (float, n * p->batch);
  gint32 column[2] = { 0, 0 };
  float strength[2] = { 0.0f, 0.0f };
  guint last = p->batch - 1; /* the conditional half */

  memcpy (local + n * last, pz_concept_get_local (concept), n * sizeof (float));
  /* A placeholder that was cut off the end has no column to be gated by. */
  if (run->prompt->columns[index] != PZ_PROMPT_NO_COLUMN)
    {
      column[last] = (gint32) run->prompt->columns[index];
      strength[last] = (float) run->params.fidelity;
    }
  return pz_storage_write_f32 (p->local[index], local, n * p->batch, error)
         && pz_storage_write (p->column[index], 0, column, p->batch * sizeof (gint32), NULL,
                              error)
         && pz_storage_write_f32 (p->strength[index], strength, p->batch, error);
}

static gboolean
write_condition (Run *run, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  guint width = run->generator->model->text.hidden_size;
  g_autofree gint32 *ids = g_new (gint32, p->batch * p->n_tokens);
  g_autofree float *extra = g_new0 (float, p->n_extra *width);

  if (p->batch == 2)
    memcpy (ids, run->negative->ids, p->n_tokens * sizeof (gint32));
  memcpy (ids + (p->batch - 1) * p->n_tokens, run->prompt->ids, p->n_tokens * sizeof (gint32));
  if (run->prompt->n_extra > 0)
    memcpy (extra, run->prompt->extra, (gsize) run->prompt->n_extra * width * sizeof (float));
  if (!pz_storage_write (p->ids, 0, ids, p->batch * p->n_tokens * sizeof (gint32), NULL, error)
      || !pz_storage_write_f32 (p->extra, extra, (gsize) p->n_extra * width, error))
    return FALSE;
  for (guint i = 0; i < run->n_concepts; i++)
    if (!write_concept (run, i, error))
      return FALSE;
  return TRUE;
}

/* [batch, width]: the same features for both halves. */
static gboolean
write_features (PzStorage *storage, float *features, guint width, guint batch, GError **error)
{
  if (batch == 2)
    memcpy (features + width, features, width * sizeof (float));
  return pz_storage_write_f32 (storage, features, (gsize) width * batch, error);
}

static gboolean
write_guidance (Run *run, GError **error)
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
write_step (Run *run, const PzSamplerStep *step, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  const PzUnetConfig *unet = &run->generator->model->unet;
  g_autofree float *features = g_new (float, 2 * (gsize) unet->block_out_channels[0]);

  pz_unet_timestep_features (unet, step->timestep, features);
  return write_features (p->timestep, features, unet->block_out_channels[0], p->batch, error)
         && pz_storage_write_f32 (p->knobs, step->knobs, PZ_N_KNOBS, error);
}

/* PyTorch draws noise as [C, H, W]; our latents are [H, W, C]. */
static gboolean
write_noise (const PzPipeline *p,
             PzNoise *noise,
             PzStorage *storage,
             double scale,
             GError **error)
{
  gsize n_pixels = (gsize) p->latent_width * p->latent_height;
  guint channels = p->latent_channels;
  g_autofree float *drawn = g_new (float, n_pixels *channels);
  g_autofree float *values = g_new (float, n_pixels *channels);

  pz_noise_normal (noise, n_pixels * channels, drawn);
  for (gsize i = 0; i < n_pixels; i++)
    for (guint c = 0; c < channels; c++)
      values[i * channels + c] = (float) (scale * (double) drawn[c * n_pixels + i]);
  return pz_storage_write_f32 (storage, values, n_pixels * channels, error);
}

/* ---- running ---- */

static void
note_ms (GArray *list, gint64 began)
{
  double ms = (double) (g_get_monotonic_time () - began) / 1000.0;

  g_array_append_val (list, ms);
}

static gint
compare_ms (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (GArray *list)
{
  if (list->len == 0)
    return 0.0;
  g_array_sort (list, compare_ms);
  return g_array_index (list, double, list->len / 2);
}

/* NaN, infinity or one flat colour: a broken driver, said so instead of a black layer. */
static gboolean
check_picture (Run *run, const float *pixels, gsize n, GError **error)
{
  const PzGpuInfo *gpu = pz_gpu_get_info (run->generator->gpu);
  gboolean varied = FALSE;
  gsize i = 0;

  for (; i < n && isfinite (pixels[i]); i++)
    varied = varied || pixels[i] != pixels[0];
  if (i == n && varied)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
               "%s (%s) returned an empty picture: expected finite, varied pixels, found %s",
               gpu->name, gpu->driver, i < n ? "NaN or infinity" : "one value");
  return FALSE;
}

static PzImage *
decode (Run *run, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  guint width = run->params.width, height = run->params.height;
  gsize n = (gsize) width * height * 3;
  g_autofree float *pixels = g_new (float, n);
  gint64 began = g_get_monotonic_time ();

  if (!pz_meter_run (&run->meter, p->decode, error)
      || !pz_storage_read_f32 (pz_program_get_storage (p->decode, "image"), pixels, n, error)
      || !check_picture (run, pixels, n, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    pixels[i] = CLAMP (pixels[i] * 0.5f + 0.5f, 0.0f, 1.0f);
  note_ms (run->decode_ms, began);
  return pz_image_new_take (width, height, 3, g_steal_pointer (&pixels));
}

static PzImage *
make_variant (Run *run, guint index, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  guint n_variants = run->params.variants;
  PzNoise noise;

  pz_noise_init (&noise, run->params.seed + index);
  if (!write_noise (p, &noise, p->latent, run->plan->initial_scale, error))
    return NULL;
  for (guint i = 0; i < run->plan->n_steps; i++)
    {
      const PzSamplerStep *step = &run->plan->steps[i];
      gint64 began = g_get_monotonic_time ();

      pz_meter_stage (&run->meter, PZ_STAGE_STEP, index + 1, n_variants, i + 1,
                      run->plan->n_steps);
      if (!write_step (run, step, error)
          || (step->takes_noise && !write_noise (p, &noise, p->noise, 1.0, error))
          || !pz_meter_run (&run->meter, p->denoise, error))
        return NULL;
      note_ms (run->step_ms, began);
    }
  pz_meter_stage (&run->meter, PZ_STAGE_DECODE, index + 1, n_variants, run->plan->n_steps,
                  run->plan->n_steps);
  return decode (run, error);
}

static gboolean
make_variants (Run *run, PzVariantFunc variant, gpointer data, GError **error)
{
  const PzGpuInfo *gpu = pz_gpu_get_info (run->generator->gpu);
  PzRecipe recipe = {
    .params = &run->params,
    .model = &run->generator->model->info,
    .fingerprint = run->generator->fingerprint,
    .encoded_prompt = run->prompt->text,
    .concepts = run->concepts,
    .n_concepts = run->n_concepts,
    .device = gpu->name,
    .driver = gpu->driver,
    .f32 = run->generator->activation == PZ_F32,
  };

  for (guint i = 0; i < run->params.variants; i++)
    {
      gint64 began = g_get_monotonic_time ();
      g_autoptr (PzImage) image = make_variant (run, i, error);

      if (image == NULL)
        return FALSE;
      note_ms (run->variant_ms, began);

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
run_condition (Run *run, PzTimes *times, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  gint64 began = g_get_monotonic_time ();
  gsize n_latent = pz_storage_get_n_elements (p->noise);
  g_autofree float *zeros = g_new0 (float, n_latent);

  pz_meter_begin (&run->meter, pz_program_get_flops (p->condition)
                                 + run->params.variants
                                     * (run->plan->n_steps * pz_program_get_flops (p->denoise)
                                        + pz_program_get_flops (p->decode)));
  pz_meter_stage (&run->meter, PZ_STAGE_TEXT, 0, 0, 0, 0);
  /* A step that takes no noise multiplies it by 0, which must not meet a NaN. */
  if (!write_condition (run, error) || !write_guidance (run, error)
      || !pz_storage_write_f32 (p->noise, zeros, n_latent, error)
      || !pz_meter_run (&run->meter, p->condition, error))
    return FALSE;
  times->text_ms = (double) (g_get_monotonic_time () - began) / 1000.0;
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
  g_auto (Run) run = {
    .generator = generator,
    .concepts = concepts,
    .n_concepts = n_concepts,
    .step_ms = g_array_new (FALSE, FALSE, sizeof (double)),
    .decode_ms = g_array_new (FALSE, FALSE, sizeof (double)),
    .variant_ms = g_array_new (FALSE, FALSE, sizeof (double)),
  };
  gboolean done;

  fill_defaults (&run, params, &generator->model->info);
  pz_noise_schedule_init (&run.schedule, &generator->model->schedule);
  run.plan = pz_sampler_plan_new (run.params.sampler, &run.schedule, run.params.steps,
                                  run.guided ? run.params.guidance : 1.0, error);
  if (run.plan == NULL || !read_prompts (&run, error))
    return FALSE;
  drop_other_pipeline (&run);
  pz_meter_init (&run.meter, task, generator->pipeline == NULL);
  if ((generator->pipeline == NULL && !make_pipeline (&run, times, error))
      || !pz_meter_go_on (&run.meter, error) || !run_condition (&run, times, error))
    return FALSE;
  done = make_variants (&run, variant, data, error);
  times->step_ms = median (run.step_ms);
  times->decode_ms = median (run.decode_ms);
  times->variant_ms = median (run.variant_ms);
  return done;
}
