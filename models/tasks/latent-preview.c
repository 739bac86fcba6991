/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/latent-preview.h"

#include <math.h>

#define MAX_ROWS (PZ_PREVIEW_MAX_CHANNELS + 1)
#define COLUMNS (MAX_ROWS + 3)
/* Ridge regularisation, relative to a latent's unit variance. It prevents extreme factors for channels that hardly vary. */
#define RIDGE 1e-3

/* The mean colour of the picture's block that corresponds to one latent pixel. */
static void
block_colour (const PzImage *picture,
              guint x,
              guint y,
              guint side_x,
              guint side_y,
              double to[3])
{
  guint stride = pz_image_get_width (picture);
  const float *pixels = pz_image_get_pixels (picture);

  to[0] = to[1] = to[2] = 0;
  for (guint dy = 0; dy < side_y; dy++)
    for (guint dx = 0; dx < side_x; dx++)
      {
        const float *pixel =
          pixels + ((gsize) (y * side_y + dy) * stride + (gsize) x * side_x + dx) * 3;

        for (guint c = 0; c < 3; c++)
          to[c] += (double) pixel[c] / (side_x * side_y);
      }
}

/* Gaussian elimination with partial pivoting. The system is symmetric and, with the ridge, regular. */
static gboolean
solve (double system[][COLUMNS], guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint pivot = i;

      for (guint r = i + 1; r < n; r++)
        if (fabs (system[r][i]) > fabs (system[pivot][i]))
          pivot = r;
      if (fabs (system[pivot][i]) < 1e-12)
        return FALSE;
      for (guint k = 0; k < n + 3; k++)
        {
          double swap = system[i][k];

          system[i][k] = system[pivot][k];
          system[pivot][k] = swap;
        }
      for (guint r = 0; r < n; r++)
        {
          double factor = r == i ? 0 : system[r][i] / system[i][i];

          for (guint k = i; k < n + 3; k++)
            system[r][k] -= factor * system[i][k];
        }
    }
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      system[i][n + c] /= system[i][i];
  return TRUE;
}

void
pz_latent_preview_fit (PzLatentPreview *preview,
                       const float *latent,
                       guint width,
                       guint height,
                       guint channels,
                       const PzImage *picture)
{
  double system[MAX_ROWS][COLUMNS] = { 0 };
  guint n = channels + 1, n_pixels = width * height;
  guint side_x = pz_image_get_width (picture) / width;
  guint side_y = pz_image_get_height (picture) / height;

  if (channels > PZ_PREVIEW_MAX_CHANNELS || n_pixels < n || side_x == 0 || side_y == 0)
    return;
  for (guint i = 0; i < n_pixels; i++)
    {
      double colour[3], row[MAX_ROWS];

      block_colour (picture, i % width, i / width, side_x, side_y, colour);
      for (guint k = 0; k < channels; k++)
        row[k] = (double) latent[(gsize) i * channels + k];
      row[channels] = 1;
      for (guint r = 0; r < n; r++)
        {
          for (guint k = 0; k < n; k++)
            system[r][k] += row[r] * row[k] / n_pixels;
          for (guint c = 0; c < 3; c++)
            system[r][n + c] += row[r] * colour[c] / n_pixels;
        }
    }
  for (guint k = 0; k < channels; k++)
    system[k][k] += RIDGE;
  if (!solve (system, n))
    return;
  preview->channels = channels;
  for (guint r = 0; r < n; r++)
    for (guint c = 0; c < 3; c++)
      preview->rows[r][c] = system[r][n + c];
}

PzImage *
pz_latent_preview_paint (const PzLatentPreview *preview,
                         const float *latent,
                         guint width,
                         guint height)
{
  guint channels = preview->channels;
  gsize n = (gsize) width * height;
  float *pixels = g_new (float, n * 3);

  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      {
        double value = preview->rows[channels][c];

        for (guint k = 0; k < channels; k++)
          value += preview->rows[k][c] * (double) latent[i * channels + k];
        pixels[i * 3 + c] = (float) CLAMP (value, 0.0, 1.0);
      }
  return pz_image_new_take (width, height, 3, pixels);
}
