/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/start.h"

#include <math.h>

#include "models/nets/autoencoder.h"
#include "models/tasks/diagnose.h"

static gsize
n_values (const PzPipeline *p)
{
  return (gsize) p->latent_width * p->latent_height * p->latent_channels;
}

/* PyTorch draws noise as [C, H, W]; our latents are [H, W, C]. */
static void
draw_one (const PzPipeline *p, PzNoise *noise, float *values)
{
  gsize n_pixels = (gsize) p->latent_width * p->latent_height;
  guint channels = p->latent_channels;
  g_autofree float *drawn = g_new (float, n_pixels *channels);

  pz_noise_normal (noise, n_pixels * channels, drawn);
  for (gsize i = 0; i < n_pixels; i++)
    for (guint c = 0; c < channels; c++)
      values[i * channels + c] = drawn[c * n_pixels + i];
}

/* ---- a picture ---- */

double
pz_start_strength (const PzGenerateParams *params)
{
  return params->start != NULL && params->strength > 0.0 ? MIN (params->strength, 1.0) : 1.0;
}

/* -1..1, [H, W, 3]. (transfer full) */
static float *
picture_values (const PzImage *image)
{
  gsize n_pixels = (gsize) pz_image_get_width (image) * pz_image_get_height (image);
  guint channels = pz_image_get_channels (image);
  const float *from = pz_image_get_pixels (image);
  float *to = g_new (float, n_pixels * 3);

  for (gsize i = 0; i < n_pixels; i++)
    for (guint c = 0; c < 3; c++)
      to[i * 3 + c] = CLAMP (from[i * channels + c], 0.0f, 1.0f) * 2.0f - 1.0f;
  return to;
}

/* Encodes each tile and adds its latent to start->picture, which must be zeroed. */
static gboolean
encode_tiles (PzStart *start,
              PzProgram *program,
              const float *picture,
              const PzDiagnose *diagnose,
              const PzDiagnosePart *vae,
              GError **error)
{
  const PzPipeline *p = start->pipeline;
  const PzRunParams run = { .cancellable = diagnose->cancellable };
  const PzTilePlane of_latent = { 1, p->latent_channels }, of_picture = { p->factor, 3 };
  const gsize n_cut = pz_tiles_n_values (&p->tiles, &of_picture);
  const gsize n_latent = pz_tiles_n_values (&p->tiles, &of_latent);
  PzStorage *from = pz_program_get_storage (program, "picture");
  PzStorage *to = pz_program_get_storage (program, "latent");
  g_autofree float *cut = g_new (float, n_cut);
  g_autofree float *latent = g_new (float, n_latent);

  for (guint i = 0; i < pz_tiles_count (&p->tiles); i++)
    {
      pz_tiles_cut (&p->tiles, &of_picture, i, picture, cut);
      if (!pz_storage_write_f32 (from, cut, n_cut, error)
          || !pz_program_run (program, &run, error)
          || !pz_storage_read_f32 (to, latent, n_latent, error))
        return FALSE;
      if (!pz_diagnose_is_finite (latent, n_latent))
        return pz_diagnose_program (diagnose, program, vae, 1, FALSE, error)
               && pz_diagnose_driver (diagnose, "NaN or infinity for a picture's latent",
                                      error);
      pz_tiles_add (&p->tiles, &of_latent, i, latent, start->picture);
    }
  return TRUE;
}

static gboolean
encode (PzStart *start,
        PzGpu *gpu,
        const PzModelFolder *model,
        PzDtype activation,
        const PzImage *image,
        GCancellable *cancellable,
        GError **error)
{
  const PzRunParams run = { .cancellable = cancellable };
  const PzWeightSource source = { "", model->vae_weights };
  const PzDiagnose diagnose = { gpu, activation, cancellable };
  const PzDiagnosePart vae = { "", "vae", model->vae_weights };
  g_autoptr (PzGraph) graph = pz_graph_new (activation);
  g_autoptr (PzProgram) program = NULL;
  g_autofree float *values = picture_values (image);
  const PzPipeline *p = start->pipeline;
  guint height = p->factor * p->tiles.down.length, width = p->factor * p->tiles.across.length;
  PzTensor *moments;
  PzTensor *picture =
    pz_graph_input (graph, "picture", PZ_F32, 4, (guint[]) { 1, height, width, 3 });
  PzTensor *latent = pz_autoencoder_encoder (graph, &model->vae, picture, &moments);

  pz_graph_output (graph, pz_cast (graph, latent, PZ_F32), "latent");
  if (!pz_model_folder_check_encoder (model, error)
      || !pz_weights_bind (graph, &source, 1, gpu,
                           &(PzWeightParams) { .cancellable = cancellable }, error))
    return FALSE;
  program = pz_program_new (gpu, graph, &run, error);
  start->picture = g_new0 (float, n_values (p));
  return program != NULL && encode_tiles (start, program, values, &diagnose, &vae, error);
}

/* The fraction of each latent pixel that is inside the mask: [h, w]. (transfer full) */
static float *
shrink_mask (const PzPipeline *p, const PzImage *mask)
{
  guint factor = p->shape.width / p->latent_width, width = p->shape.width;
  const float *from = pz_image_get_pixels (mask);
  float *to = g_new0 (float, (gsize) p->latent_width * p->latent_height);

  for (guint y = 0; y < p->latent_height * factor; y++)
    for (guint x = 0; x < p->latent_width * factor; x++)
      to[(gsize) (y / factor) * p->latent_width + x / factor] +=
        CLAMP (from[(gsize) y * width + x], 0.0f, 1.0f) / (float) (factor * factor);
  return to;
}

static gboolean
check_size (const PzImage *image, const PzPipeline *p, guint channels, GError **error)
{
  if (pz_image_get_width (image) == p->shape.width
      && pz_image_get_height (image) == p->shape.height
      && pz_image_get_channels (image) >= channels)
    return TRUE;
  g_set_error (
    error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
    "what is painted over: expected %u x %u pixels of %u channels, found %u x %u of %u",
    p->shape.width, p->shape.height, channels, pz_image_get_width (image),
    pz_image_get_height (image), pz_image_get_channels (image));
  return FALSE;
}

gboolean
pz_start_init (PzStart *start,
               const PzPipeline *pipeline,
               PzGpu *gpu,
               const PzModelFolder *model,
               PzDtype activation,
               const PzGenerateParams *params,
               GCancellable *cancellable,
               GError **error)
{
  start->pipeline = pipeline;
  start->variation_of = params->variation_of;
  start->variation = CLAMP (params->variation, 0.0, 1.0);
  start->noise = g_new (float, n_values (pipeline));
  if (params->start == NULL)
    return TRUE;
  if (!check_size (params->start, pipeline, 3, error)
      || (params->start_mask != NULL && !check_size (params->start_mask, pipeline, 1, error))
      || !encode (start, gpu, model, activation, params->start, cancellable, error))
    return FALSE;
  if (params->start_mask != NULL)
    start->mask = shrink_mask (pipeline, params->start_mask);
  return TRUE;
}

void
pz_start_clear (PzStart *start)
{
  g_clear_pointer (&start->noise, g_free);
  g_clear_pointer (&start->picture, g_free);
  g_clear_pointer (&start->mask, g_free);
}

/* ---- a variant ---- */

/* Moves `from` by the fraction `way` along the arc to `to`, so that its length remains that of noise. */
static void
slerp (float *from, const float *to, gsize n, double way)
{
  double dot = 0.0, from_square = 0.0, to_square = 0.0, angle, a, b;

  for (gsize i = 0; i < n; i++)
    {
      dot += (double) from[i] * (double) to[i];
      from_square += (double) from[i] * (double) from[i];
      to_square += (double) to[i] * (double) to[i];
    }
  angle = acos (CLAMP (dot / sqrt (from_square * to_square), -1.0, 1.0));
  if (sin (angle) < 1e-6)
    return;
  a = sin ((1.0 - way) * angle) / sin (angle);
  b = sin (way * angle) / sin (angle);
  for (gsize i = 0; i < n; i++)
    from[i] = (float) (a * (double) from[i] + b * (double) to[i]);
}

static void
draw (PzStart *start, float *values)
{
  gsize n = n_values (start->pipeline);
  g_autofree float *own = NULL;

  if (start->variation == 0.0)
    {
      draw_one (start->pipeline, &start->own, values);
      return;
    }
  own = g_new (float, n);
  draw_one (start->pipeline, &start->own, own);
  draw_one (start->pipeline, &start->other, values);
  slerp (values, own, n, start->variation);
}

gboolean
pz_start_variant (PzStart *start, guint64 seed, const PzSamplerPlan *plan, GError **error)
{
  gsize n = n_values (start->pipeline);
  g_autofree float *latent = g_new (float, n);
  const PzSamplerStep *first = &plan->steps[0];

  pz_noise_init (&start->own, seed);
  pz_noise_init (&start->other, start->variation_of);
  draw (start, start->noise);
  for (gsize i = 0; i < n; i++)
    latent[i] = start->picture != NULL
                  ? (float) (first->from_a * (double) start->picture[i]
                             + first->from_s * (double) start->noise[i])
                  : (float) (plan->initial_scale * (double) start->noise[i]);
  return pz_storage_write_f32 (start->pipeline->latent, latent, n, error);
}

gboolean
pz_start_write_noise (PzStart *start, GError **error)
{
  gsize n = n_values (start->pipeline);
  g_autofree float *values = g_new (float, n);

  draw (start, values);
  return pz_storage_write_f32 (start->pipeline->noise, values, n, error);
}

gboolean
pz_start_after_step (PzStart *start,
                     const PzSamplerStep *step,
                     gboolean is_last,
                     GError **error)
{
  /* DDIM and TCD end at the first training timestep, which has a little noise left. Outside the mask, none must be left. */
  const double a = is_last ? 1.0 : step->to_a, s = is_last ? 0.0 : step->to_s;
  const PzPipeline *p = start->pipeline;
  gsize n = n_values (p);
  guint channels = p->latent_channels;
  g_autofree float *latent = NULL;

  if (start->mask == NULL)
    return TRUE;
  latent = g_new (float, n);
  if (!pz_storage_read_f32 (p->latent, latent, n, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      float inside = start->mask[i / channels];
      double kept = a * (double) start->picture[i] + s * (double) start->noise[i];

      latent[i] = inside * latent[i] + (1.0f - inside) * (float) kept;
    }
  return pz_storage_write_f32 (p->latent, latent, n, error);
}
