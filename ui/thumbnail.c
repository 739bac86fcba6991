/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/thumbnail.h"

#include <math.h>
#include <string.h>

/* The input pixels of a row or column that contribute to one output pixel, with their weights. */
typedef struct
{
  guint first, n;
  float *weights; /* their sum is 1 */
} Span;

static void
add_weight (Span *span, guint at, double weight)
{
  span->weights[at - span->first] += (float) weight;
}

/* Reducing: weights are the exact areas of the input pixels that the output pixel covers. */
static void
cover (Span *span, guint i, guint from, guint to)
{
  double scale = (double) from / (double) to;
  double start = i * scale, end = MIN ((i + 1) * scale, (double) from);
  guint last;

  span->first = MIN ((guint) start, from - 1);
  last = MAX (MIN ((guint) ceil (end), from), span->first + 1);
  span->n = last - span->first;
  span->weights = g_new0 (float, span->n);
  for (guint k = span->first; k < last; k++)
    add_weight (span, k,
                MAX (MIN (end, k + 1.0) - MAX (start, (double) k), 0.0) / (end - start));
}

/* Keys' cubic convolution kernel with a = -1/2: smooth, and reproduces linear functions exactly. */
static double
cubic (double x)
{
  x = fabs (x);
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/* Enlarging: cubic interpolation of the four nearest pixels; border pixels are repeated. */
static void
interpolate (Span *span, guint i, guint from, guint to)
{
  double centre = (i + 0.5) * from / to - 0.5;
  gint low = (gint) floor (centre) - 1;

  span->first = (guint) MAX (low, 0);
  span->n = (guint) MIN (low + 3, (gint) from - 1) - span->first + 1;
  span->weights = g_new0 (float, span->n);
  for (gint k = low; k < low + 4; k++)
    add_weight (span, (guint) CLAMP (k, 0, (gint) from - 1), cubic (centre - k));
}

static Span *
spans_new (guint from, guint to)
{
  Span *spans = g_new (Span, to);

  for (guint i = 0; i < to; i++)
    (to > from ? interpolate : cover) (&spans[i], i, from, to);
  return spans;
}

static void
spans_free (Span *spans, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (spans[i].weights);
  g_free (spans);
}

struct _PzScaler
{
  PzImage *image;
  guint channels;
  guint width, height; /* of the output */
  Span *across, *down; /* for each output column and row; NULL = not scaled */
};

PzScaler *
pz_scaler_new (PzImage *image, guint width, guint height)
{
  guint from_width = pz_image_get_width (image), from_height = pz_image_get_height (image);
  PzScaler *scaler = g_new0 (PzScaler, 1);

  scaler->image = pz_image_ref (image);
  scaler->channels = pz_image_get_channels (image);
  scaler->width = width;
  scaler->height = height;
  if (width != from_width)
    scaler->across = spans_new (from_width, width);
  if (height != from_height)
    scaler->down = spans_new (from_height, height);
  return scaler;
}

void
pz_scaler_free (PzScaler *scaler)
{
  if (scaler->across)
    spans_free (scaler->across, scaler->width);
  if (scaler->down)
    spans_free (scaler->down, scaler->height);
  pz_image_unref (scaler->image);
  g_free (scaler);
}

/* n input rows, starting at `first`, scaled to the output's width. (transfer full) */
static float *
scale_across (const PzScaler *scaler, guint first, guint n)
{
  const gsize width = pz_image_get_width (scaler->image), channels = scaler->channels;
  const float *from = pz_image_get_pixels (scaler->image) + first * width * channels;
  float *to;

  if (!scaler->across)
    return g_memdup2 (from, n * width * channels * sizeof *from);
  to = g_new0 (float, (gsize) scaler->width *n *channels);
  for (guint y = 0; y < n; y++)
    for (guint x = 0; x < scaler->width; x++)
      {
        const Span *span = &scaler->across[x];
        float *pixel = to + ((gsize) y * scaler->width + x) * channels;

        for (guint i = 0; i < span->n; i++)
          for (guint c = 0; c < channels; c++)
            pixel[c] += span->weights[i] * from[(y * width + span->first + i) * channels + c];
      }
  return to;
}

/* One output row: the weighted sum of rows that were scaled horizontally. */
static void
add_rows (const Span *span, const float *rows, gsize stride, float *to)
{
  for (guint i = 0; i < span->n; i++)
    for (gsize k = 0; k < stride; k++)
      to[k] += span->weights[i] * rows[i * stride + k];
}

static float *
scale_down (const PzScaler *scaler, guint first, guint n)
{
  const gsize stride = (gsize) scaler->width * scaler->channels;
  const Span *last = &scaler->down[first + n - 1];
  const guint from = scaler->down[first].first;
  g_autofree float *rows = scale_across (scaler, from, last->first + last->n - from);
  float *to = g_new0 (float, stride *n);

  for (guint y = 0; y < n; y++)
    add_rows (&scaler->down[first + y], rows + (scaler->down[first + y].first - from) * stride,
              stride, to + y * stride);
  return to;
}

PzImage *
pz_scaler_get_rows (const PzScaler *scaler, guint first, guint n)
{
  const gsize n_values = (gsize) scaler->width * scaler->channels * n;
  float *pixels =
    scaler->down ? scale_down (scaler, first, n) : scale_across (scaler, first, n);

  for (gsize i = 0; i < n_values; i++)
    pixels[i] = CLAMP (pixels[i], 0.0f, 1.0f); /* cubic interpolation overshoots at edges */
  return pz_image_new_take (scaler->width, n, scaler->channels, pixels);
}

PzImage *
pz_thumbnail_scale (const PzImage *image, guint width, guint height)
{
  PzScaler *scaler;
  PzImage *scaled;

  if (width == pz_image_get_width (image) && height == pz_image_get_height (image))
    return pz_image_ref ((PzImage *) image);
  scaler = pz_scaler_new ((PzImage *) image, width, height);
  scaled = pz_scaler_get_rows (scaler, 0, height);
  pz_scaler_free (scaler);
  return scaled;
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
