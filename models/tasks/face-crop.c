/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/face-crop.h"

#include <math.h>

/* Clips to the picture, then rounds down. */
gboolean
pz_face_crop_clip (const PzImage *image,
                   double x,
                   double y,
                   double width,
                   double height,
                   PzFaceCrop *crop)
{
  const double left = MAX (x, 0.0), top = MAX (y, 0.0);
  const double wide = MIN (x + width - left, pz_image_get_width (image) - left);
  const double high = MIN (y + height - top, pz_image_get_height (image) - top);

  if (!(wide >= 1.0 && high >= 1.0))
    return FALSE;
  *crop = (PzFaceCrop) { (guint) left, (guint) top, (guint) wide, (guint) high };
  return TRUE;
}

/* The padding before the crop on one axis: half of all padding, rounded down, or 0 if all of it follows the crop. */
static guint
space_before (guint side, guint other, gboolean is_centred)
{
  return is_centred && other > side ? (other - side) / 2 : 0;
}

/* One level of the padded crop; 0 (black) outside the crop. */
static float
level_at (const float *pixels, const PzFaceCrop *crop, gint x, gint y, guint c)
{
  if (x < 0 || y < 0 || x >= (gint) crop->width || y >= (gint) crop->height)
    return 0.0f;
  return pixels[((gsize) y * crop->width + (gsize) x) * 3 + c];
}

/* Reads a crop as levels [n, 3] from 0 to 255, rounded to integers as in a file. (transfer full) */
static float *
read_levels (const PzImage *image, const PzFaceCrop *crop)
{
  const guint channels = pz_image_get_channels (image);
  g_autofree float *row = g_new (float, (gsize) crop->width *channels);
  float *pixels = g_new (float, (gsize) crop->width * crop->height * 3), *to = pixels;

  for (guint y = 0; y < crop->height; y++)
    {
      pz_image_read_row (image, crop->x, crop->y + y, crop->width, row);
      for (guint x = 0; x < crop->width; x++)
        for (guint c = 0; c < 3; c++)
          *to++ =
            floorf (CLAMP (row[(gsize) x * channels + (channels >= 3 ? c : 0)], 0.0f, 1.0f)
                      * 255.0f
                    + 0.5f);
    }
  return pixels;
}

/* Bilinear interpolation at i * scale without half-pixel centres or antialiasing, as TensorFlow resizes by default. */
void
pz_face_crop_resize (const PzImage *image,
                     const PzFaceCrop *crop,
                     gboolean is_centred,
                     guint side,
                     const float mean[3],
                     float *to)
{
  g_autofree float *pixels = read_levels (image, crop);
  const guint whole = MAX (crop->width, crop->height);
  const gint left = (gint) space_before (crop->width, crop->height, is_centred);
  const gint top = (gint) space_before (crop->height, crop->width, is_centred);
  const double step = (double) whole / side;

  for (guint i = 0; i < side; i++)
    for (guint j = 0; j < side; j++)
      {
        const gint y = (gint) (i * step), x = (gint) (j * step);
        const gint below = MIN ((gint) ceil (i * step), (gint) whole - 1);
        const gint right = MIN ((gint) ceil (j * step), (gint) whole - 1);
        const float fy = (float) (i * step - y), fx = (float) (j * step - x);

        for (guint c = 0; c < 3; c++)
          {
            const float a = level_at (pixels, crop, x - left, y - top, c);
            const float b = level_at (pixels, crop, right - left, y - top, c);
            const float d = level_at (pixels, crop, x - left, below - top, c);
            const float e = level_at (pixels, crop, right - left, below - top, c);
            const float upper = a + (b - a) * fx, lower = d + (e - d) * fx;

            *to++ = (upper + (lower - upper) * fy - mean[c]) / 255.0f;
          }
      }
}
