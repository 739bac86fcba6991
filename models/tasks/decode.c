/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/decode.h"

#include <string.h>

#define CHANNELS 3

/* Decodes each tile and adds it to pixels, which must be zeroed. */
static gboolean
decode_tiles (const PzPipeline *p,
              PzMeter *meter,
              PzStorage *image,
              const float *latent,
              float *pixels,
              GError **error)
{
  const PzTilePlane of_latent = { 1, p->latent_channels }, of_picture = { p->factor, CHANNELS };
  const gsize n_cut = pz_tiles_n_values (&p->tiles, &of_latent);
  const gsize n_painted = pz_tiles_n_values (&p->tiles, &of_picture);
  g_autofree float *cut = g_new (float, n_cut);
  g_autofree float *painted = g_new (float, n_painted);

  for (guint i = 0; i < pz_tiles_count (&p->tiles); i++)
    {
      pz_tiles_cut (&p->tiles, &of_latent, i, latent, cut);
      if (!pz_storage_write_f32 (p->tile, cut, n_cut, error)
          || !pz_meter_run (meter, p->programs[PZ_PIPELINE_DECODE], error)
          || !pz_storage_read_f32 (image, painted, n_painted, error))
        return FALSE;
      pz_tiles_add (&p->tiles, &of_picture, i, painted, pixels);
    }
  return TRUE;
}

gboolean
pz_decode_diagnose (const PzPipeline *p,
                    const PzDiagnose *diagnose,
                    const PzDiagnosePart *vae,
                    GError **error)
{
  const PzTilePlane of_latent = { 1, p->latent_channels };
  const gsize n_latent = pz_storage_get_n_elements (p->latent);
  const gsize n_cut = pz_tiles_n_values (&p->tiles, &of_latent);
  g_autofree float *latent = g_new (float, n_latent);
  g_autofree float *cut = g_new (float, n_cut);

  if (p->tile == NULL)
    return pz_diagnose_program (diagnose, p->programs[PZ_PIPELINE_DECODE], vae, 1, TRUE, error);
  if (!pz_storage_read_f32 (p->latent, latent, n_latent, error))
    return FALSE;
  for (guint i = 0; i < pz_tiles_count (&p->tiles); i++)
    {
      pz_tiles_cut (&p->tiles, &of_latent, i, latent, cut);
      if (!pz_storage_write_f32 (p->tile, cut, n_cut, error)
          || !pz_diagnose_program (diagnose, p->programs[PZ_PIPELINE_DECODE], vae, 1, TRUE,
                                   error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pz_decode (const PzPipeline *p, PzMeter *meter, float *pixels, GError **error)
{
  const gsize n_latent = pz_storage_get_n_elements (p->latent);
  const gsize n_pixels = (gsize) p->shape.width * p->shape.height * CHANNELS;
  PzStorage *image = pz_program_get_storage (p->programs[PZ_PIPELINE_DECODE], "image");
  g_autofree float *latent = NULL;

  if (p->tile == NULL)
    return pz_meter_run (meter, p->programs[PZ_PIPELINE_DECODE], error)
           && pz_storage_read_f32 (image, pixels, n_pixels, error);
  latent = g_new (float, n_latent);
  memset (pixels, 0, n_pixels * sizeof (float));
  return pz_storage_read_f32 (p->latent, latent, n_latent, error)
         && decode_tiles (p, meter, image, latent, pixels, error);
}
