/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scales a picture to a given size by averaging samples: pz_image_reduce () of image.h.
 */
#include "models/image.h"

/* Maximum number of samples along one side of a pixel. More would change the mean by less than one 8-bit level, and a picture
 * of a hundred megapixels would take a second. */
#define MOST_SAMPLES 16

/* The samples of one pixel of the result, along an axis of `length`: first, first + step, ... below last. When enlarging,
 * pixels are repeated. */
typedef struct
{
  guint first, last, step;
} Span;

static Span
span_of (guint index, guint n, guint length)
{
  const guint first = (guint) ((guint64) index * length / n);
  const guint end = (guint) (((guint64) index + 1) * length / n);
  const guint last = MAX (end, first + 1);

  return (Span) { first, last, MAX ((last - first) / MOST_SAMPLES, 1) };
}

/* Composited over white. */
static void
add_pixel (double *sum, const float *pixel, guint channels)
{
  const double alpha = channels == 4 ? CLAMP ((double) pixel[3], 0.0, 1.0) : 1.0;

  for (guint c = 0; c < MIN (channels, 3); c++)
    sum[c] += alpha * CLAMP ((double) pixel[c], 0.0, 1.0) + 1.0 - alpha;
}

static void
reduce_row (const PzImage *image,
            guint row,
            guint width,
            guint height,
            float *samples,
            float *to)
{
  const guint channels = pz_image_get_channels (image), kept = MIN (channels, 3);
  const guint from_width = pz_image_get_width (image);
  const Span down = span_of (row, height, pz_image_get_height (image));
  g_autofree double *sums = g_new0 (double, (gsize) width *kept);
  g_autofree guint *counts = g_new0 (guint, width);

  for (guint y = down.first; y < down.last; y += down.step)
    {
      pz_image_read_row (image, 0, y, from_width, samples);
      for (guint i = 0; i < width; i++)
        {
          const Span across = span_of (i, width, from_width);

          for (guint x = across.first; x < across.last; x += across.step)
            {
              add_pixel (sums + (gsize) i * kept, samples + (gsize) x * channels, channels);
              counts[i]++;
            }
        }
    }
  for (gsize i = 0; i < (gsize) width * kept; i++)
    to[i] = (float) (sums[i] / counts[i / kept]);
}

PzImage *
pz_image_reduce (const PzImage *image, guint width, guint height)
{
  const guint channels = pz_image_get_channels (image), kept = MIN (channels, 3);
  g_autofree float *samples = g_new (float, (gsize) pz_image_get_width (image) * channels);
  float *pixels = g_new (float, (gsize) width *height *kept);

  g_return_val_if_fail (width > 0 && height > 0, NULL);
  for (guint y = 0; y < height; y++)
    reduce_row (image, y, width, height, samples, pixels + (gsize) y * width * kept);
  return pz_image_new_take (width, height, kept, pixels);
}

gboolean
pz_image_has_transparency (const PzImage *image)
{
  const guint width = pz_image_get_width (image);
  g_autofree float *row = NULL;

  if (pz_image_get_channels (image) != 4)
    return FALSE;
  row = g_new (float, (gsize) width * 4);
  for (guint y = 0; y < pz_image_get_height (image); y++)
    {
      pz_image_read_row (image, 0, y, width, row);
      for (gsize i = 0; i < width; i++)
        if (row[i * 4 + 3] < 1.0f)
          return TRUE;
    }
  return FALSE;
}
