/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks the result of a run. If it is not a picture, finds the network or driver that is the cause.
 */
#include "models/tasks/decode.h"
#include "models/tasks/diagnose.h"
#include "models/tasks/generate-private.h"

/* Repeats a step. If its result is not finite, restores the values that it replaced and runs it op by op to find the cause. */
static gboolean
diagnose_step (PzGeneration *run,
               const PzDiagnose *diagnose,
               const PzDiagnosePart *unet,
               guint index,
               GError **error)
{
  const PzSamplerStep *step = &run->plan->steps[index];
  const PzPipeline *p = run->generator->pipeline;
  const PzRunParams params = { .cancellable = diagnose->cancellable };
  const gsize n = pz_storage_get_n_elements (p->latent);
  const gsize n_past = pz_storage_get_n_elements (p->past);
  g_autofree float *before = g_new (float, n);
  g_autofree float *past = g_new (float, n_past);
  g_autofree float *after = g_new (float, n);

  if (!pz_generation_take_step (run, step, error)
      || !pz_storage_read_f32 (p->latent, before, n, error)
      || !pz_storage_read_f32 (p->past, past, n_past, error)
      || !pz_program_run (p->programs[PZ_PIPELINE_DENOISE], &params, error)
      || !pz_storage_read_f32 (p->latent, after, n, error))
    return FALSE;
  if (pz_diagnose_is_finite (after, n))
    return pz_start_after_step (&run->start, step, index + 1 == run->plan->n_steps, error);
  return pz_storage_write_f32 (p->latent, before, n, error)
         && pz_storage_write_f32 (p->past, past, n_past, error)
         && pz_diagnose_program (diagnose, p->programs[PZ_PIPELINE_DENOISE], unet, 1, FALSE,
                                 error);
}

/* Diagnoses the networks in the order in which they run. Always returns FALSE. */
static gboolean
diagnose (PzGeneration *run, guint index, const char *found, GError **error)
{
  const PzPipeline *p = run->generator->pipeline;
  const PzModelFolder *model = run->generator->model;
  const PzDiagnosePart vae = { "", "vae", model->vae_weights };
  PzDiagnosePart parts[4 + PZ_MAX_CONCEPTS] = {
    { "", "unet", model->unet_weights },
    { "text.", "text_encoder", model->text_weights },
    { "global/", "elite", model->global_mapper_weights },
    { "local/", "elite", model->local_mapper_weights },
  };
  const PzDiagnosePart *unet = &parts[0];
  guint n_parts = 4;
  const PzDiagnose d = {
    .gpu = run->generator->gpu,
    .activation = run->generator->activation,
    .cancellable = run->meter.task != NULL ? run->meter.task->cancellable : NULL,
  };

  for (guint i = 0; i < p->shape.n_images; i++)
    parts[n_parts++] = (PzDiagnosePart) { pz_pipeline_image_scopes[i], "ip_adapter",
                                          p->shape.images[i]->weights };
  if (!pz_generation_enter (run, PZ_PIPELINE_CONDITION, error)
      || !pz_diagnose_program (&d, p->programs[PZ_PIPELINE_CONDITION], parts, n_parts, FALSE,
                               error)
      || !pz_generation_enter (run, PZ_PIPELINE_DENOISE, error)
      || !pz_start_variant (&run->start, run->params.seed + index, run->plan, error))
    return FALSE;
  for (guint i = 0; i < run->plan->n_steps; i++)
    if (!diagnose_step (run, &d, unet, i, error))
      return FALSE;
  return pz_generation_enter (run, PZ_PIPELINE_DECODE, error)
         && pz_decode_diagnose (p, &d, &vae, error) && pz_diagnose_driver (&d, found, error);
}

gboolean
pz_generation_check (PzGeneration *run,
                     guint index,
                     const float *pixels,
                     gsize n,
                     GError **error)
{
  if (!pz_diagnose_is_finite (pixels, n))
    return diagnose (run, index, "NaN or infinity", error);
  return !pz_diagnose_is_flat (pixels, n, 3) || diagnose (run, index, "one colour", error);
}
