/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/thumbnail.h"

#include <math.h>

/* Weights of one output cell over the input cells it covers: box filter, exact areas. */
typedef struct
{
  guint first, n;
  float *weights;
} Span;

static Span *
spans_new (guint from, guint to)
{
  Span *spans = g_new (Span, to);
  double scale = (double) from / (double) to;

  for (guint i = 0; i < to; i++)
    {
      double start = i * scale, end = MIN ((i + 1) * scale, (double) from);
      guint first = MIN ((guint) start, from - 1);
      guint last = MIN ((guint) ceil (end), from);

      spans[i].first = first;
      spans[i].n = MAX (last, first + 1) - first;
      spans[i].weights = g_new (float, spans[i].n);
      for (guint k = 0; k < spans[i].n; k++)
        {
          double low = MAX (start, (double) (first + k));
          double high = MIN (end, (double) (first + k + 1));

          spans[i].weights[k] = (float) (MAX (high - low, 0.0) / (end - start));
        }
    }
  return spans;
}

static void
spans_free (Span *spans, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (spans[i].weights);
  g_free (spans);
}

PzImage *
pz_thumbnail_scale (const PzImage *image, guint width, guint height)
{
  guint from_width = pz_image_get_width (image), channels = pz_image_get_channels (image);
  const float *from = pz_image_get_pixels (image);
  float *to = g_new0 (float, (gsize) width *height *channels);
  Span *columns = spans_new (from_width, width);
  Span *rows = spans_new (pz_image_get_height (image), height);

  for (guint y = 0; y < height; y++)
    for (guint j = 0; j < rows[y].n; j++)
      {
        const float *line = from + (gsize) (rows[y].first + j) * from_width * channels;

        for (guint x = 0; x < width; x++)
          for (guint i = 0; i < columns[x].n; i++)
            {
              float weight = rows[y].weights[j] * columns[x].weights[i];
              const float *pixel = line + (gsize) (columns[x].first + i) * channels;

              for (guint c = 0; c < channels; c++)
                to[((gsize) y * width + x) * channels + c] += weight * pixel[c];
            }
      }
  spans_free (columns, width);
  spans_free (rows, height);
  return pz_image_new_take (width, height, channels, to);
}

GdkPixbuf *
pz_thumbnail_pixbuf (const PzImage *image)
{
  guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  guint channels = pz_image_get_channels (image);
  g_autoptr (GBytes) bytes =
    g_bytes_new_take (pz_image_to_bytes (image), (gsize) width * height * channels);

  return gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, channels == 4, 8, (gint) width,
                                    (gint) height, (gint) (width * channels));
}

cairo_surface_t *
pz_thumbnail_surface (const PzImage *image, guint size, GtkWidget *widget)
{
  gint factor = gtk_widget_get_scale_factor (widget);
  guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  double scale = (double) (size * (guint) factor) / (double) MAX (width, height);
  guint to_width = MAX (1, (guint) lround (width * scale));
  guint to_height = MAX (1, (guint) lround (height * scale));
  g_autoptr (PzImage) small = pz_thumbnail_scale (image, to_width, to_height);
  g_autoptr (GdkPixbuf) pixbuf = pz_thumbnail_pixbuf (small);

  return gdk_cairo_surface_create_from_pixbuf (pixbuf, factor, gtk_widget_get_window (widget));
}
