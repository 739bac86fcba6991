/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-encoder.h"

#include <math.h>

#include "compute/pictures.h"

/* Larger pictures are first averaged down to this size; the difference is not visible at 512 pixels. */
#define MAX_PICTURE_SIDE 4096
/* methods: VAE interface */
#define MIN_LOG_VARIANCE -30.0f
#define MAX_LOG_VARIANCE 20.0f

static PzGraph *
build (const PzLearnEncoder *encoder)
{
  const PzAutoencoder *vae = &encoder->model->vae;
  PzGraph *graph = pz_graph_new (encoder->activation);
  PzTensor *moments;
  PzTensor *picture = pz_graph_input (graph, "picture", PZ_F32, 4,
                                      (guint[]) { 1, encoder->height, encoder->width, 3 });
  PzTensor *latent = pz_autoencoder_encoder (graph, vae, picture, &moments);

  pz_graph_output (graph, pz_cast (graph, latent, PZ_F32), "latent");
  if (moments != NULL)
    pz_graph_output (graph,
                     pz_cast (graph,
                              pz_slice (graph, moments, 3, vae->latent_channels,
                                        vae->latent_channels),
                              PZ_F32),
                     "log_variance");
  return graph;
}

gboolean
pz_learn_encoder_measure (const PzLearnEncoder *encoder, PzFootprint *footprint, GError **error)
{
  g_autoptr (PzGraph) graph = build (encoder);

  return pz_footprint_add (footprint, graph, error);
}

gboolean
pz_learn_encoder_init (PzLearnEncoder *encoder, GError **error)
{
  const PzWeightSource source = { "", encoder->model->vae_weights };
  const PzRunParams run = { .cancellable = encoder->cancellable };
  g_autoptr (PzGraph) graph = NULL;

  if (!pz_model_folder_check_encoder (encoder->model, error))
    return FALSE;
  graph = build (encoder);
  if (!pz_weights_bind (graph, &source, 1, encoder->gpu,
                        &(PzWeightParams) { .cancellable = encoder->cancellable }, error))
    return FALSE;
  encoder->program = pz_program_new (encoder->gpu, graph, &run, error);
  return encoder->program != NULL;
}

void
pz_learn_encoder_clear (PzLearnEncoder *encoder)
{
  g_clear_pointer (&encoder->program, pz_program_free);
}

gboolean
pz_learn_encoder_has_deviation (const PzLearnEncoder *encoder)
{
  return pz_program_get_storage (encoder->program, "log_variance") != NULL;
}

/* ---- squashing ---- */

/* Pictures vary in size, so this small program is created for each picture. */
static PzProgram *
resize_new (const PzLearnEncoder *encoder,
            const PzImage *image,
            guint width,
            guint height,
            GError **error)
{
  const guint dims[] = { 1, pz_image_get_height (image), pz_image_get_width (image), 3 };
  g_autoptr (PzGraph) graph = pz_graph_new (encoder->activation);
  PzTensor *whole = pz_graph_input (graph, "whole", PZ_F32, 4, dims);
  PzTensor *squashed = pz_resize_bicubic (graph, whole, height, width);

  pz_graph_output (graph, pz_affine (graph, squashed, 2.0f, -1.0f), "picture");
  return pz_program_new (encoder->gpu, graph,
                         &(PzRunParams) { .cancellable = encoder->cancellable }, error);
}

/* Reads RGB pixels, quantised to 8 bits: multiples of 1/255. */
static void
read_pixels (const PzImage *image, gboolean flipped, float *to)
{
  const guint width = pz_image_get_width (image), channels = pz_image_get_channels (image);
  g_autofree float *row = g_new (float, (gsize) width *channels);

  for (guint y = 0; y < pz_image_get_height (image); y++)
    {
      pz_image_read_row (image, 0, y, width, row);
      for (guint x = 0; x < width; x++)
        {
          const float *from = row + (gsize) (flipped ? width - 1 - x : x) * channels;

          for (guint c = 0; c < 3; c++)
            {
              const float level = CLAMP (from[channels >= 3 ? c : 0], 0.0f, 1.0f);

              *to++ = (float) (gint) (level * 255.0f + 0.5f) / 255.0f;
            }
        }
    }
}

gboolean
pz_learn_encoder_squash (const PzLearnEncoder *encoder,
                         PzImage *original,
                         gboolean flipped,
                         guint width,
                         guint height,
                         float *pixels,
                         GError **error)
{
  const PzRunParams run = { .cancellable = encoder->cancellable };
  g_autoptr (PzImage) image = pz_image_shrink (original, MAX_PICTURE_SIDE);
  g_autoptr (PzProgram) resize = resize_new (encoder, image, width, height, error);
  const gsize n = (gsize) pz_image_get_width (image) * pz_image_get_height (image) * 3;
  g_autofree float *whole = g_new (float, n);

  if (resize == NULL)
    return FALSE;
  read_pixels (image, flipped, whole);
  return pz_storage_write_f32 (pz_program_get_storage (resize, "whole"), whole, n, error)
         && pz_program_run (resize, &run, error)
         && pz_storage_read_f32 (pz_program_get_storage (resize, "picture"), pixels,
                                 (gsize) width * height * 3, error);
}

/* ---- encoding ---- */

static gboolean
read_values (PzLearnEncoder *encoder,
             const char *name,
             float *values,
             guint number,
             GError **error)
{
  PzStorage *storage = pz_program_get_storage (encoder->program, name);
  const gsize n = pz_storage_get_n_elements (storage);

  if (!pz_storage_read_f32 (storage, values, n, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
                     "picture %u: expected a finite latent, found NaN or infinity", number);
        return FALSE;
      }
  return TRUE;
}

gboolean
pz_learn_encoder_run (PzLearnEncoder *encoder,
                      const float *pixels,
                      guint number,
                      float *mean,
                      float *deviation,
                      GError **error)
{
  PzProgram *program = encoder->program;
  const gsize n_latent = pz_storage_get_n_elements (pz_program_get_storage (program, "latent"));

  if (!pz_storage_write_f32 (pz_program_get_storage (program, "picture"), pixels,
                             (gsize) encoder->width * encoder->height * 3, error)
      || !pz_program_run (program, &(PzRunParams) { .cancellable = encoder->cancellable },
                          error)
      || !read_values (encoder, "latent", mean, number, error)
      || (deviation != NULL
          && !read_values (encoder, "log_variance", deviation, number, error)))
    return FALSE;
  for (gsize i = 0; deviation != NULL && i < n_latent; i++)
    deviation[i] = expf (0.5f * CLAMP (deviation[i], MIN_LOG_VARIANCE, MAX_LOG_VARIANCE))
                   * encoder->model->vae.scaling_factor;
  return TRUE;
}
