/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/image.h"

#include <string.h>

struct _PzImage
{
  gatomicrefcount refs;
  guint width, height, channels;
  float *pixels; /* [height, width, channels]; NULL = see bytes */
  GBytes *bytes; /* rows of stride_bytes, width * channels used; NULL = see read */
  gsize stride_bytes;
  PzImageRowFunc read;
  gpointer read_data;
};

PzImage *
pz_image_new_take (guint width, guint height, guint channels, float *pixels)
{
  PzImage *image;

  g_return_val_if_fail (width > 0 && height > 0 && pixels != NULL, NULL);
  g_return_val_if_fail (channels == 1 || channels == 3 || channels == 4, NULL);

  image = g_new0 (PzImage, 1);
  g_atomic_ref_count_init (&image->refs);
  image->width = width;
  image->height = height;
  image->channels = channels;
  image->pixels = pixels;
  return image;
}

PzImage *
pz_image_new (guint width, guint height, guint channels, const float *pixels)
{
  gsize n_bytes = sizeof (float) * width * height * channels;

  return pz_image_new_take (width, height, channels, g_memdup2 (pixels, n_bytes));
}

PzImage *
pz_image_new_bytes (guint width,
                    guint height,
                    guint channels,
                    gsize stride_bytes,
                    GBytes *bytes)
{
  PzImage *image;

  g_return_val_if_fail (width > 0 && height > 0, NULL);
  g_return_val_if_fail (channels == 1 || channels == 3 || channels == 4, NULL);
  g_return_val_if_fail (stride_bytes >= (gsize) width * channels, NULL);
  g_return_val_if_fail (g_bytes_get_size (bytes)
                          >= stride_bytes * (height - 1) + (gsize) width * channels,
                        NULL);

  image = g_new0 (PzImage, 1);
  g_atomic_ref_count_init (&image->refs);
  image->width = width;
  image->height = height;
  image->channels = channels;
  image->bytes = g_bytes_ref (bytes);
  image->stride_bytes = stride_bytes;
  return image;
}

PzImage *
pz_image_new_rows (guint width,
                   guint height,
                   guint channels,
                   PzImageRowFunc read,
                   gpointer data)
{
  PzImage *image;

  g_return_val_if_fail (width > 0 && height > 0 && read != NULL, NULL);
  g_return_val_if_fail (channels == 1 || channels == 3 || channels == 4, NULL);

  image = g_new0 (PzImage, 1);
  g_atomic_ref_count_init (&image->refs);
  image->width = width;
  image->height = height;
  image->channels = channels;
  image->read = read;
  image->read_data = data;
  return image;
}

PzImage *
pz_image_ref (PzImage *image)
{
  g_atomic_ref_count_inc (&image->refs);
  return image;
}

void
pz_image_unref (PzImage *image)
{
  if (image == NULL || !g_atomic_ref_count_dec (&image->refs))
    return;
  g_free (image->pixels);
  g_clear_pointer (&image->bytes, g_bytes_unref);
  g_free (image);
}

guint
pz_image_get_width (const PzImage *image)
{
  return image->width;
}

guint
pz_image_get_height (const PzImage *image)
{
  return image->height;
}

guint
pz_image_get_channels (const PzImage *image)
{
  return image->channels;
}

const float *
pz_image_get_pixels (const PzImage *image)
{
  return image->pixels;
}

void
pz_image_read_row (const PzImage *image, guint x, guint y, guint n, float *values)
{
  gsize count = (gsize) n * image->channels, first = (gsize) x * image->channels;
  const guint8 *row;

  g_return_if_fail (x <= image->width && n <= image->width - x && y < image->height);

  if (image->pixels != NULL)
    {
      memcpy (values, image->pixels + (gsize) y * image->width * image->channels + first,
              count * sizeof (float));
      return;
    }
  if (image->read != NULL)
    {
      image->read (x, y, n, values, image->read_data);
      return;
    }
  row = (const guint8 *) g_bytes_get_data (image->bytes, NULL) + y * image->stride_bytes;
  for (gsize i = 0; i < count; i++)
    values[i] = (float) row[first + i] / 255.0f;
}

PzImage *
pz_image_crop (const PzImage *image, gint x, gint y, guint width, guint height)
{
  gsize row = (gsize) width * image->channels;
  gint64 left = CLAMP ((gint64) x, 0, (gint64) image->width);
  gint64 right = CLAMP ((gint64) x + width, left, (gint64) image->width);
  float *pixels;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  pixels = g_new0 (float, row *height);
  for (guint j = 0; j < height && left < right; j++)
    {
      gint64 source_row = (gint64) y + j;

      if (source_row < 0 || source_row >= image->height)
        continue;
      pz_image_read_row (image, (guint) left, (guint) source_row, (guint) (right - left),
                         pixels + row * j + (gsize) (left - x) * image->channels);
    }
  return pz_image_new_take (width, height, image->channels, pixels);
}

/* row: a buffer for one row. */
static void
row_to_bytes (const PzImage *image, guint y, float *row, guint8 *to)
{
  pz_image_read_row (image, 0, y, image->width, row);
  /* Written so that NaN becomes 0. */
  for (gsize i = 0; i < (gsize) image->width * image->channels; i++)
    to[i] = row[i] > 0.0f ? (guint8) (MIN (row[i], 1.0f) * 255.0f + 0.5f) : 0;
}

guint8 *
pz_image_to_bytes (const PzImage *image)
{
  gsize n_row = (gsize) image->width * image->channels;
  guint8 *bytes = g_malloc (n_row * image->height);
  g_autofree float *row = g_new (float, n_row);

  for (guint y = 0; y < image->height; y++)
    row_to_bytes (image, y, row, bytes + y * n_row);
  return bytes;
}

/* One row of the smaller picture: averages rows first ... last - 1. Each pixel is the mean of those that it covers, at least
 * one. */
static void
shrink_row (const PzImage *image, guint first, guint last, guint width, float *row, float *to)
{
  const guint channels = image->channels;
  g_autofree double *sum = g_new0 (double, (gsize) image->width *channels);

  for (guint y = first; y < last; y++)
    {
      pz_image_read_row (image, 0, y, image->width, row);
      for (gsize i = 0; i < (gsize) image->width * channels; i++)
        sum[i] += (double) row[i];
    }
  for (guint64 x = 0; x < width; x++)
    for (guint c = 0; c < channels; c++)
      {
        const gsize begin = (gsize) (x * image->width / width);
        const gsize end = (gsize) ((x + 1) * image->width / width);
        double mean = 0.0;

        for (gsize i = begin; i < end; i++)
          mean += sum[i * channels + c];
        to[x * channels + c] = (float) (mean / ((double) (end - begin) * (last - first)));
      }
}

PzImage *
pz_image_shrink (PzImage *image, guint max_side)
{
  const guint longer = MAX (image->width, image->height);
  g_autofree float *row = g_new (float, (gsize) image->width * image->channels);
  guint width, height;
  float *pixels;

  g_return_val_if_fail (max_side > 0, NULL);
  if (longer <= max_side)
    return pz_image_ref (image);
  width = MAX ((guint) ((guint64) image->width * max_side / longer), 1);
  height = MAX ((guint) ((guint64) image->height * max_side / longer), 1);
  pixels = g_new (float, (gsize) width *height * image->channels);
  for (guint64 y = 0; y < height; y++)
    shrink_row (image, (guint) (y * image->height / height),
                (guint) ((y + 1) * image->height / height), width, row,
                pixels + (gsize) y * width * image->channels);
  return pz_image_new_take (width, height, image->channels, pixels);
}

char *
pz_image_hash (const PzImage *image)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n_row = (gsize) image->width * image->channels;
  g_autofree guint8 *bytes = g_malloc (n_row);
  g_autofree float *row = g_new (float, n_row);
  guint32 size[3] = {
    GUINT32_TO_LE (image->width),
    GUINT32_TO_LE (image->height),
    GUINT32_TO_LE (image->channels),
  };

  g_checksum_update (checksum, (const guchar *) size, sizeof size);
  for (guint y = 0; y < image->height; y++)
    {
      row_to_bytes (image, y, row, bytes);
      g_checksum_update (checksum, bytes, (gssize) n_row);
    }
  return g_strdup (g_checksum_get_string (checksum));
}
