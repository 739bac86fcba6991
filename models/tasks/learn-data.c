/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-data.h"

#include <string.h>

#include "models/concept-private.h"

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
                       "picture %u: expected at least %d pixels per side, found %u x %u", i + 1,
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

gboolean
pz_learn_data_measure (const PzModelFolder *model,
                       PzDtype activation,
                       const PzLearnParams *params,
                       PzFootprint *footprint,
                       GError **error)
{
  const PzLearnEncoder encoder = {
    .model = model,
    .activation = activation,
    .width = params->width,
    .height = params->height,
  };

  return pz_learn_encoder_measure (&encoder, footprint, error);
}

/* Encodes a picture twice: as it is, and flipped. */
static gboolean
encode_picture (PzLearnData *data, PzImage *image, guint index, GError **error)
{
  PzLearnEncoder *encoder = &data->encoder;
  const gsize n = (gsize) data->width * data->height * data->channels;
  g_autofree float *pixels = g_new (float, (gsize) encoder->width * encoder->height * 3);

  for (guint flipped = 0; flipped < 2; flipped++)
    {
      const gsize slot = 2 * (gsize) index + flipped;

      if (!pz_learn_encoder_squash (encoder, image, flipped == 1, encoder->width,
                                    encoder->height, pixels, error)
          || !pz_learn_encoder_run (encoder, pixels, index + 1, data->mean + slot * n,
                                    data->deviation != NULL ? data->deviation + slot * n : NULL,
                                    error))
        return FALSE;
    }
  return TRUE;
}

/* Computes the fraction of each latent pixel's area that is inside the mask. The area is at least one pixel of the mask. */
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
  gsize n_cells;

  *data = (PzLearnData) {
    .n_pictures = params->n_images,
    .width = params->width / vae->factor,
    .height = params->height / vae->factor,
    .channels = vae->latent_channels,
    .encoder = {
      .gpu = gpu,
      .model = model,
      .activation = activation,
      .cancellable = cancellable,
      .width = params->width,
      .height = params->height,
    },
  };
  if (!pz_learn_encoder_init (&data->encoder, error))
    return FALSE;
  n_cells = (gsize) data->n_pictures * 2 * data->width * data->height;
  data->mean = g_new (float, n_cells * data->channels);
  if (pz_learn_encoder_has_deviation (&data->encoder))
    data->deviation = g_new (float, n_cells * data->channels);
  data->weight = g_new (float, n_cells);
  for (gsize i = 0; i < n_cells; i++)
    data->weight[i] = 1.0f;
  for (guint i = 0; i < data->n_pictures; i++)
    {
      if (!encode_picture (data, params->images[i], i, error))
        return FALSE;
      if (params->masked && params->masks != NULL && params->masks[i] != NULL)
        squash_mask (params->masks[i], data, i);
      if (progress != NULL)
        progress ((i + 1.0) / data->n_pictures, user);
    }
  return TRUE;
}

void
pz_learn_data_release_encoder (PzLearnData *data)
{
  pz_learn_encoder_clear (&data->encoder);
}

void
pz_learn_data_clear (PzLearnData *data)
{
  pz_learn_encoder_clear (&data->encoder);
  g_clear_pointer (&data->mean, g_free);
  g_clear_pointer (&data->deviation, g_free);
  g_clear_pointer (&data->weight, g_free);
}
