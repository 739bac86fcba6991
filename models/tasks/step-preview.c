/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/step-preview.h"

#include <math.h>

#include "models/tasks/decode.h"

static gsize
n_values (const PzStepPreview *preview)
{
  return pz_storage_get_n_elements (preview->pipeline->latent);
}

/* NULL if there is no small decoder, if it must not be used, or if there is no memory for it. (transfer full) */
static PzProgram *
make_small (const PzPipeline *p, GCancellable *cancellable)
{
  const PzPipelineRoom *room = &p->room;
  const PzModelFolder *model = room->model;
  const PzWeightSource source = { "", model->preview_weights };
  const guint dims[] = { 1, p->latent_height, p->latent_width, p->latent_channels };
  g_autoptr (PzProgram) program = NULL;
  g_autoptr (PzGraph) graph = NULL;

  if (model->preview_weights == NULL || pz_tiles_count (&p->tiles) > 1)
    return NULL;
  graph = pz_graph_new (room->activation);
  PzTensor *latent = pz_graph_input (graph, "latent", PZ_F32, 4, dims);
  PzTensor *image =
    pz_autoencoder_decoder (graph, &model->preview,
                            pz_autoencoder_unscale (graph, &model->preview, latent));
  pz_graph_output (graph, pz_cast (graph, image, PZ_F32), "image");
  if (!pz_weights_bind (graph, &source, 1, room->gpu,
                        &(PzWeightParams) { .cancellable = cancellable }, NULL))
    return NULL;
  program =
    pz_program_new (room->gpu, graph, &(PzRunParams) { .cancellable = cancellable }, NULL);
  return program != NULL
             && pz_program_get_flops (program)
                  < pz_program_get_flops (p->programs[PZ_PIPELINE_DENOISE])
           ? g_steal_pointer (&program)
           : NULL;
}

void
pz_step_preview_init (PzStepPreview *preview,
                      PzLatentPreview *colours,
                      const PzPipeline *pipeline,
                      guint n_steps,
                      const PzTaskParams *task)
{
  double steps_work = n_steps * pz_program_get_flops (pipeline->programs[PZ_PIPELINE_DENOISE]);

  *preview = (PzStepPreview) { .colours = colours, .pipeline = pipeline };
  if (task == NULL || task->preview == NULL)
    return;
  preview->small = make_small (pipeline, task->cancellable);
  if (preview->small == NULL && pipeline->decode_work > steps_work / 2.0)
    return;
  preview->task = task;
  preview->before = g_new (float, n_values (preview));
  preview->after = g_new (float, n_values (preview));
  preview->noise = g_new (float, n_values (preview));
}

void
pz_step_preview_clear (PzStepPreview *preview)
{
  g_clear_pointer (&preview->small, pz_program_free);
  g_clear_pointer (&preview->before, g_free);
  g_clear_pointer (&preview->after, g_free);
  g_clear_pointer (&preview->noise, g_free);
}

double
pz_step_preview_work (const PzStepPreview *preview)
{
  gboolean fits = preview->task != NULL && preview->small == NULL
                  && preview->colours->channels == 0
                  && preview->pipeline->programs[PZ_PIPELINE_DECODE] != NULL;

  return fits ? preview->pipeline->decode_work : 0.0;
}

gboolean
pz_step_preview_before (PzStepPreview *preview, GError **error)
{
  return preview->task == NULL
         || pz_storage_read_f32 (preview->pipeline->latent, preview->before, n_values (preview),
                                 error);
}

/* Replaces `before` by the picture estimate at this step, computed from the value that the step kept. */
static gboolean
estimate_kept (PzStepPreview *preview, const PzSamplerStep *step, GError **error)
{
  gsize n = n_values (preview);
  gsize slot = (gsize) step->knobs[PZ_KNOB_KEEP_SLOT];
  const PzPipeline *p = preview->pipeline;

  if (!pz_storage_read_f32 (p->latent, preview->after, n, error)
      || !pz_storage_read (p->past, slot * n * sizeof (float), preview->noise,
                           n * sizeof (float), NULL, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    preview->before[i] = (float) (step->picture_of_x * (double) preview->before[i]
                                  + step->picture_of_pred * (double) preview->noise[i]);
  return TRUE;
}

/* The same if the step kept no value: solves the update of the latent for the network's prediction. */
static gboolean
estimate (PzStepPreview *preview, const PzSamplerStep *step, GError **error)
{
  gsize n = n_values (preview);
  double k_x = (double) step->knobs[PZ_KNOB_X], k_pred = (double) step->knobs[PZ_KNOB_PRED];
  double k_noise = step->takes_noise ? (double) step->knobs[PZ_KNOB_NOISE] : 0.0;

  if (!pz_storage_read_f32 (preview->pipeline->latent, preview->after, n, error)
      || (step->takes_noise
          && !pz_storage_read_f32 (preview->pipeline->noise, preview->noise, n, error)))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      double x = (double) preview->before[i];
      double noise = step->takes_noise ? k_noise * (double) preview->noise[i] : 0.0;
      double answer = ((double) preview->after[i] - k_x * x - noise) / k_pred;

      preview->before[i] = (float) (step->picture_of_x * x + step->picture_of_pred * answer);
    }
  return TRUE;
}

/* Converts pixels from -1..1 to 0..1. FALSE: some are NaN. The cause is found when the picture is finished. */
static gboolean
make_levels (float *pixels, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      pixels[i] = CLAMP (pixels[i] * 0.5f + 0.5f, 0.0f, 1.0f);
      if (!isfinite (pixels[i]))
        return FALSE;
    }
  return TRUE;
}

/* Decodes the estimate with the small decoder. *picture stays NULL if the result contains NaN. */
static gboolean
decode_small (const PzStepPreview *preview, PzImage **picture, GError **error)
{
  const PzPipeline *p = preview->pipeline;
  guint width = p->shape.width, height = p->shape.height;
  gsize n = (gsize) width * height * 3;
  g_autofree float *pixels = g_new (float, n);

  if (!pz_storage_write_f32 (pz_program_get_storage (preview->small, "latent"), preview->before,
                             n_values (preview), error)
      || !pz_program_run (preview->small,
                          &(PzRunParams) { .cancellable = preview->task->cancellable }, error)
      || !pz_storage_read_f32 (pz_program_get_storage (preview->small, "image"), pixels, n,
                               error))
    return FALSE;
  if (make_levels (pixels, n))
    *picture = pz_image_new_take (width, height, 3, g_steal_pointer (&pixels));
  return TRUE;
}

/* Decodes the estimate once and fits the colours to it. Restores the latent. */
static gboolean
fit (PzStepPreview *preview, PzMeter *meter, GError **error)
{
  const PzPipeline *p = preview->pipeline;
  guint width = p->shape.width, height = p->shape.height;
  gsize n = (gsize) width * height * 3;
  g_autofree float *pixels = g_new (float, n);
  g_autoptr (PzImage) picture = NULL;

  if (!pz_storage_write_f32 (p->latent, preview->before, n_values (preview), error)
      || !pz_decode (p, meter, pixels, error)
      || !pz_storage_write_f32 (p->latent, preview->after, n_values (preview), error))
    return FALSE;
  if (!make_levels (pixels, n))
    return TRUE;
  picture = pz_image_new_take (width, height, 3, g_steal_pointer (&pixels));
  pz_latent_preview_fit (preview->colours, preview->before, p->latent_width, p->latent_height,
                         p->latent_channels, picture);
  return TRUE;
}

gboolean
pz_step_preview_after (PzStepPreview *preview,
                       const PzSamplerStep *step,
                       PzMeter *meter,
                       GError **error)
{
  const PzPipeline *p = preview->pipeline;
  gboolean keeps = step->knobs[PZ_KNOB_KEEP_SLOT] >= 0.0f;
  g_autoptr (PzImage) picture = NULL;

  if (preview->task == NULL || (!keeps && step->knobs[PZ_KNOB_PRED] == 0.0f))
    return TRUE;
  if (!(keeps ? estimate_kept (preview, step, error) : estimate (preview, step, error)))
    return FALSE;
  if (preview->small != NULL)
    {
      if (!decode_small (preview, &picture, error))
        return FALSE;
    }
  else if (preview->colours->channels == 0 && p->programs[PZ_PIPELINE_DECODE] != NULL
           && !fit (preview, meter, error))
    return FALSE;
  else if (preview->colours->channels > 0)
    picture = pz_latent_preview_paint (preview->colours, preview->before, p->latent_width,
                                       p->latent_height);
  if (picture != NULL)
    preview->task->preview (picture, preview->task->preview_data);
  return TRUE;
}

gboolean
pz_step_preview_finished (PzStepPreview *preview, const PzImage *picture, GError **error)
{
  const PzPipeline *p = preview->pipeline;

  if (preview->task == NULL || preview->small != NULL || preview->colours->channels > 0)
    return TRUE;
  if (!pz_storage_read_f32 (p->latent, preview->before, n_values (preview), error))
    return FALSE;
  pz_latent_preview_fit (preview->colours, preview->before, p->latent_width, p->latent_height,
                         p->latent_channels, picture);
  return TRUE;
}
