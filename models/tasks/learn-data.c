/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-data.h"

#include <math.h>
#include <string.h>

#include "compute/pictures.h"
#include "compute/run.h"
#include "models/concept-private.h"

/* Larger pictures are averaged to this first: nobody sees it in 512 pixels. */
#define MAX_PICTURE_SIDE 4096
/* methods: VAE interface */
#define MIN_LOG_VARIANCE -30.0f
#define MAX_LOG_VARIANCE 20.0f

/* ---- before anything runs ---- */

static gboolean
has_inside (const PzImage *mask)
{
  const guint width = pz_image_get_width (mask);
  g_autofree float *row = g_new (float, width);

  for (guint y = 0; y < pz_image_get_height (mask); y++)
    {
      pz_image_read_row (mask, 0, y, width, row);
      for (guint x = 0; x < width; x++)
        if (pz_mask_is_inside (row[x]))
          return TRUE;
    }
  return FALSE;
}

static gboolean
check_mask (const PzImage *image, const PzImage *mask, guint number, GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);

  if (pz_image_get_width (mask) != width || pz_image_get_height (mask) != height
      || pz_image_get_channels (mask) != 1)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "the mask of picture %u: expected %u x %u pixels of 1 channel like the "
                 "picture, found %u x %u of %u",
                 number, width, height, pz_image_get_width (mask), pz_image_get_height (mask),
                 pz_image_get_channels (mask));
  else if (!has_inside (mask))
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "the mask of picture %u: expected at least one pixel inside, found none",
                 number);
  else
    return TRUE;
  return FALSE;
}

gboolean
pz_learn_data_check (const PzLearnParams *params, GError **error)
{
  if (params->n_images < 1 || params->n_images > PZ_LEARN_MAX_PICTURES)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "pictures: expected 1 to %d, found %u",
                   PZ_LEARN_MAX_PICTURES, params->n_images);
      return FALSE;
    }
  for (guint i = 0; i < params->n_images; i++)
    {
      const PzImage *image = params->images[i];
      const guint width = pz_image_get_width (image), height = pz_image_get_height (image);

      if (MIN (width, height) < PZ_LEARN_MIN_SIDE)
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "picture %u: expected at least %d pixels a side, found %u x %u", i + 1,
                       PZ_LEARN_MIN_SIDE, width, height);
          return FALSE;
        }
      if (params->masks != NULL && params->masks[i] != NULL
          && !check_mask (image, params->masks[i], i + 1, error))
        return FALSE;
    }
  return TRUE;
}

char *
pz_learn_data_hash (const PzLearnParams *params)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < params->n_images; i++)
    {
      const gboolean masked = params->masks != NULL && params->masks[i] != NULL;
      g_autofree char *image = pz_image_hash (params->images[i]);
      g_autofree char *mask = masked ? pz_image_hash (params->masks[i]) : g_strdup ("-");

      g_checksum_update (checksum, (const guchar *) image, -1);
      g_checksum_update (checksum, (const guchar *) mask, -1);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

/* ---- the autoencoder ---- */

typedef struct
{
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
  GCancellable *cancellable;
  guint width, height; /* of the pictures */
  PzStorage *picture; /* F32 [1, height, width, 3] in -1..1 */
  PzProgram *encode; /* -> latent, and log_variance where there is one */
} Encoder;

static void
encoder_clear (Encoder *encoder)
{
  g_clear_pointer (&encoder->encode, pz_program_free);
  g_clear_pointer (&encoder->picture, pz_storage_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Encoder, encoder_clear)

static PzGraph *
build_encode (const Encoder *encoder)
{
  const PzAutoencoder *vae = &encoder->model->vae;
  PzGraph *graph = pz_graph_new (encoder->activation);
  PzTensor *moments;
  PzTensor *picture = pz_graph_input (graph, "picture", PZ_F32, 4,
                                      (guint[]) { 1, encoder->height, encoder->width, 3 });
  PzTensor *latent = pz_autoencoder_encoder (graph, vae, picture, &moments);

  if (encoder->picture != NULL)
    pz_graph_bind (graph, picture, encoder->picture);
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

static gboolean
encoder_init (Encoder *encoder, GError **error)
{
  const PzWeightSource source = { "", encoder->model->vae_weights };
  const PzRunParams run = { .cancellable = encoder->cancellable };
  g_autoptr (PzGraph) graph = NULL;

  if (!pz_model_folder_check_encoder (encoder->model, error))
    return FALSE;
  encoder->picture =
    pz_storage_new (encoder->gpu, PZ_ARENA_STATE, PZ_F32, 4,
                    (guint[]) { 1, encoder->height, encoder->width, 3 }, "picture", error);
  if (encoder->picture == NULL)
    return FALSE;
  graph = build_encode (encoder);
  if (!pz_weights_bind (graph, &source, 1, encoder->gpu,
                        &(PzWeightParams) { .cancellable = encoder->cancellable }, error))
    return FALSE;
  encoder->encode = pz_program_new (encoder->gpu, graph, &run, error);
  return encoder->encode != NULL;
}

gboolean
pz_learn_data_measure (const PzModelFolder *model,
                       PzDtype activation,
                       const PzLearnParams *params,
                       PzFootprint *footprint,
                       GError **error)
{
  const Encoder encoder = {
    .model = model,
    .activation = activation,
    .width = params->width,
    .height = params->height,
  };
  g_autoptr (PzGraph) graph = build_encode (&encoder);

  return pz_footprint_add (footprint, graph, error);
}

/* Pictures differ in size, so this small program is made for each. */
static PzProgram *
resize_new (const Encoder *encoder, guint width, guint height, GError **error)
{
  g_autoptr (PzGraph) graph = pz_graph_new (encoder->activation);
  PzTensor *whole =
    pz_graph_input (graph, "whole", PZ_F32, 4, (guint[]) { 1, height, width, 3 });
  PzTensor *squashed = pz_resize_bicubic (graph, whole, encoder->height, encoder->width);
  PzTensor *picture = pz_affine (graph, squashed, 2.0f, -1.0f);

  pz_graph_bind (graph, pz_graph_output (graph, picture, "picture"), encoder->picture);
  return pz_program_new (encoder->gpu, graph,
                         &(PzRunParams) { .cancellable = encoder->cancellable }, error);
}

/* ---- one picture ---- */

/* In whole 255ths, RGB. */
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

static gboolean
check_finite (const float *values, gsize n, guint number, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
                     "picture %u: expected a finite latent, found NaN or infinity", number);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_latent (const Encoder *encoder,
             PzLearnData *data,
             gsize slot,
             guint number,
             GError **error)
{
  const gsize n = (gsize) data->width * data->height * data->channels;
  float *mean = data->mean + slot * n, *deviation;

  if (!pz_storage_read_f32 (pz_program_get_storage (encoder->encode, "latent"), mean, n, error)
      || !check_finite (mean, n, number, error))
    return FALSE;
  if (data->deviation == NULL)
    return TRUE;
  deviation = data->deviation + slot * n;
  if (!pz_storage_read_f32 (pz_program_get_storage (encoder->encode, "log_variance"), deviation,
                            n, error)
      || !check_finite (deviation, n, number, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    deviation[i] = expf (0.5f * CLAMP (deviation[i], MIN_LOG_VARIANCE, MAX_LOG_VARIANCE))
                   * encoder->model->vae.scaling_factor;
  return TRUE;
}

static gboolean
encode_picture (const Encoder *encoder,
                PzImage *original,
                PzLearnData *data,
                guint index,
                GError **error)
{
  g_autoptr (PzImage) image = pz_image_shrink (original, MAX_PICTURE_SIDE);
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const gsize n = (gsize) width * height * 3;
  const PzRunParams run = { .cancellable = encoder->cancellable };
  g_autoptr (PzProgram) resize = resize_new (encoder, width, height, error);
  g_autofree float *pixels = g_new (float, n);

  if (resize == NULL)
    return FALSE;
  for (guint flipped = 0; flipped < 2; flipped++)
    {
      read_pixels (image, flipped == 1, pixels);
      if (!pz_storage_write_f32 (pz_program_get_storage (resize, "whole"), pixels, n, error)
          || !pz_program_run (resize, &run, error)
          || !pz_program_run (encoder->encode, &run, error)
          || !read_latent (encoder, data, 2 * (gsize) index + flipped, index + 1, error))
        return FALSE;
    }
  return TRUE;
}

/* Of each latent pixel, how much of what it covers is inside: at least one pixel of the mask. */
static void
squash_mask (const PzImage *mask, PzLearnData *data, guint index)
{
  const gsize n = (gsize) data->width * data->height;
  const guint width = pz_image_get_width (mask), height = pz_image_get_height (mask);
  float *plain = data->weight + 2 * (gsize) index * n, *flipped = plain + n;
  g_autofree float *row = g_new (float, width);

  memset (plain, 0, n * sizeof *plain);
  for (guint64 y = 0; y < data->height; y++)
    {
      const guint first = (guint) (y * height / data->height);
      const guint last = MAX ((guint) ((y + 1) * height / data->height), first + 1);

      for (guint line = first; line < last; line++)
        {
          pz_image_read_row (mask, 0, line, width, row);
          for (guint64 x = 0; x < data->width; x++)
            {
              const guint left = (guint) (x * width / data->width);
              const guint right = MAX ((guint) ((x + 1) * width / data->width), left + 1);
              const float share = 1.0f / (float) ((right - left) * (last - first));

              for (guint i = left; i < right; i++)
                plain[y * data->width + x] += CLAMP (row[i], 0.0f, 1.0f) * share;
            }
        }
    }
  for (gsize i = 0; i < n; i++)
    flipped[i] = plain[i - i % data->width + data->width - 1 - i % data->width];
}

gboolean
pz_learn_data_init (PzLearnData *data,
                    PzGpu *gpu,
                    const PzModelFolder *model,
                    PzDtype activation,
                    const PzLearnParams *params,
                    GCancellable *cancellable,
                    void (*progress) (double fraction, gpointer user),
                    gpointer user,
                    GError **error)
{
  const PzAutoencoder *vae = &model->vae;
  g_auto (Encoder) encoder = {
    .gpu = gpu,
    .model = model,
    .activation = activation,
    .cancellable = cancellable,
    .width = params->width,
    .height = params->height,
  };
  gsize n_cells;

  *data = (PzLearnData) {
    .n_pictures = params->n_images,
    .width = params->width / vae->factor,
    .height = params->height / vae->factor,
    .channels = vae->latent_channels,
  };
  if (!encoder_init (&encoder, error))
    return FALSE;
  n_cells = (gsize) data->n_pictures * 2 * data->width * data->height;
  data->mean = g_new (float, n_cells * data->channels);
  if (pz_program_get_storage (encoder.encode, "log_variance") != NULL)
    data->deviation = g_new (float, n_cells * data->channels);
  data->weight = g_new (float, n_cells);
  for (gsize i = 0; i < n_cells; i++)
    data->weight[i] = 1.0f;
  for (guint i = 0; i < data->n_pictures; i++)
    {
      if (!encode_picture (&encoder, params->images[i], data, i, error))
        return FALSE;
      if (params->masked && params->masks != NULL && params->masks[i] != NULL)
        squash_mask (params->masks[i], data, i);
      if (progress != NULL)
        progress ((i + 1.0) / data->n_pictures, user);
    }
  return TRUE;
}

void
pz_learn_data_clear (PzLearnData *data)
{
  g_clear_pointer (&data->mean, g_free);
  g_clear_pointer (&data->deviation, g_free);
  g_clear_pointer (&data->weight, g_free);
}
