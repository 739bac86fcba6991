/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-zoom.h"

#include <string.h>

/* Copies the part of the picture that lies on the canvas, which is initially grey. */
static void
paste (float *canvas, guint side, const float *picture, const PzLearnZoom *zoom)
{
  const gboolean larger = zoom->side > side;
  const guint n = MIN (zoom->side, side);
  const gsize from = larger ? zoom->top * (gsize) zoom->side + zoom->left : 0;
  const gsize to = larger ? 0 : zoom->top * (gsize) side + zoom->left;

  for (gsize y = 0; y < n; y++)
    memcpy (canvas + 3 * (to + y * side), picture + 3 * (from + y * zoom->side),
            3 * (gsize) n * sizeof *canvas);
}

static void
fill_weight (float *weight, guint cells, guint factor, const PzLearnZoom *zoom, gboolean larger)
{
  const guint top = zoom->top / factor + 1, left = zoom->left / factor + 1;
  const guint bottom = (zoom->top + zoom->side) / factor,
              right = (zoom->left + zoom->side) / factor;

  for (guint y = 0; y < cells; y++)
    for (guint x = 0; x < cells; x++)
      weight[y * cells + x] =
        larger || (y >= top && y + 1 < bottom && x >= left && x + 1 < right) ? 1.0f : 0.0f;
}

gboolean
pz_learn_zoom_encode (PzLearnData *data,
                      PzImage *image,
                      const PzLearnDraw *draw,
                      float *mean,
                      float *deviation,
                      float *weight,
                      GError **error)
{
  const PzLearnZoom *zoom = &draw->zoom;
  const guint side = data->encoder.width;
  g_autofree float *picture = g_new (float, 3 * (gsize) zoom->side * zoom->side);
  g_autofree float *canvas = g_new0 (float, 3 * (gsize) side * side);

  if (!pz_learn_encoder_squash (&data->encoder, image, draw->flipped, zoom->side, zoom->side,
                                picture, error))
    return FALSE;
  paste (canvas, side, picture, zoom);
  fill_weight (weight, data->width, side / data->width, zoom, zoom->side > side);
  return pz_learn_encoder_run (&data->encoder, canvas, draw->picture + 1, mean, deviation,
                               error);
}
