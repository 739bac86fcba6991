/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/pixel-rows.h"

#include <string.h>

/* Of one fetching. */
#define BAND_PIXELS (1 << 18)

static void
take (const float *from, guint n, float *to)
{
  memcpy (to, from, n * sizeof *to);
}

static void
lay_over_white (const float *from, guint n, float *to)
{
  for (guint i = 0; i < n; i++, from += 4)
    for (guint c = 0; c < 3; c++)
      to[i * 3 + c] = from[c] * from[3] + 1 - from[3];
}

/* Masks and selection are linear by GIMP's own rule: "Y" reads them as stored. */
static const struct
{
  const char *format;
  guint from_channels, to_channels;
  GeglAbyssPolicy outside;
  void (*convert) (const float *from, guint n, float *to);
} kinds[] = {
  [PZ_PIXELS_MASK] = { "Y float", 1, 1, GEGL_ABYSS_NONE, take },
  [PZ_PIXELS_PICTURE] = { "R'G'B'A float", 4, 3, GEGL_ABYSS_CLAMP, lay_over_white },
};

struct _PzPixelRows
{
  GeglBuffer *buffer;
  GeglRectangle rectangle;
  PzPixels what;
  guint n_band; /* rows there is room for */
  guint first, n; /* of those in memory */
  float *band; /* [n_band, width, channels] */
  PzImage *image;
};

static void
fetch (PzPixelRows *rows, guint first)
{
  const GeglRectangle *all = &rows->rectangle;

  rows->first = first;
  rows->n = MIN (rows->n_band, (guint) all->height - first);
  gegl_buffer_get (rows->buffer,
                   GEGL_RECTANGLE (all->x, all->y + (gint) first, all->width, (gint) rows->n),
                   1.0, babl_format (kinds[rows->what].format), rows->band, GEGL_AUTO_ROWSTRIDE,
                   kinds[rows->what].outside);
}

/* A PzImageRowFunc. */
static void
read_row (guint x, guint y, guint n, float *values, gpointer data)
{
  PzPixelRows *rows = data;
  gsize at;

  if (y < rows->first || y >= rows->first + rows->n)
    fetch (rows, y);
  at = (gsize) (y - rows->first) * (gsize) rows->rectangle.width + x;
  kinds[rows->what].convert (rows->band + at * kinds[rows->what].from_channels, n, values);
}

PzPixelRows *
pz_pixel_rows_new (GimpDrawable *drawable, const GeglRectangle *rectangle, PzPixels what)
{
  PzPixelRows *rows = g_new0 (PzPixelRows, 1);
  const guint width = (guint) rectangle->width, height = (guint) rectangle->height;

  rows->buffer = gimp_drawable_get_buffer (drawable);
  rows->rectangle = *rectangle;
  rows->what = what;
  rows->n_band = MIN (MAX (BAND_PIXELS / width, 1), height);
  rows->band = g_new (float, (gsize) rows->n_band *width *kinds[what].from_channels);
  rows->image = pz_image_new_rows (width, height, kinds[what].to_channels, read_row, rows);
  return rows;
}

void
pz_pixel_rows_free (PzPixelRows *rows)
{
  pz_image_unref (rows->image);
  g_object_unref (rows->buffer);
  g_free (rows->band);
  g_free (rows);
}

PzImage *
pz_pixel_rows_get_image (const PzPixelRows *rows)
{
  return rows->image;
}
