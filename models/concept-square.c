/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes the square of a picture that a concept is encoded from, and cuts it out.
 */
#include "models/concept.h"

#include <math.h>
#include <string.h>

#include "models/concept-private.h"

/* ELITE's training crops are the object's bounding box with a margin of 10 to 19 pixels (methods: ELITE, training), resized to
 * 512. This uses the middle of that range, 15 of the 512 pixels of the finished crop, so that the framing of a thing does not
 * depend on the resolution: side = box * 512 / (512 - 30). */
#define CROP_PIXELS 512
#define CROP_PADDING 15

/* ---- rows ---- */

/* Buffers for a segment of a row. */
typedef struct
{
  const PzImage *image, *mask; /* mask NULL = everything */
  float *pixels; /* [n, channels of the picture] */
  float *inside; /* [n] */
} Rows;

static void
rows_init (Rows *rows, const PzImage *image, const PzImage *mask, guint n)
{
  *rows = (Rows) { .image = image, .mask = mask };
  rows->pixels = g_new (float, (gsize) n *pz_image_get_channels (image));
  rows->inside = g_new (float, n);
}

static void
rows_clear (Rows *rows)
{
  g_free (rows->pixels);
  g_free (rows->inside);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

/* Reads n pixels into rows->pixels, and into rows->inside how much of each pixel belongs to the concept: the mask times
 * alpha. */
static void
rows_read (Rows *rows, guint x, guint y, guint n)
{
  guint channels = pz_image_get_channels (rows->image);

  pz_image_read_row (rows->image, x, y, n, rows->pixels);
  if (rows->mask != NULL)
    pz_image_read_row (rows->mask, x, y, n, rows->inside);
  for (guint i = 0; i < n; i++)
    {
      float alpha = channels == 4 ? rows->pixels[i * 4 + 3] : 1.0f;

      rows->inside[i] = rows->mask != NULL ? rows->inside[i] * alpha : alpha;
    }
}

/* ---- the square ---- */

typedef struct
{
  guint left, top, right, bottom; /* right and bottom are exclusive */
} Box;

/* The value from which a pixel is inside: half of the largest value. This cuts a soft edge at its middle, finds a thing that is
 * translucent as a whole, and excludes a background slightly above 0. INFINITY if nothing is inside. */
static float
find_threshold (Rows *rows, const Box *within)
{
  float most = 0.0f;

  for (guint y = within->top; y < within->bottom; y++)
    {
      rows_read (rows, within->left, y, within->right - within->left);
      for (guint i = 0; i < within->right - within->left; i++)
        if (rows->inside[i] > most) /* FALSE for NaN */
          most = rows->inside[i];
    }
  return pz_mask_is_inside (most) ? most / 2.0f : INFINITY;
}

/* Finds the bounding box of the pixels inside. FALSE if there are none. */
static gboolean
find_box (const PzImage *image, const PzImage *mask, Box *box)
{
  guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const Box all = { 0, 0, width, height };
  g_auto (Rows) rows = { 0 };
  float threshold;

  *box = all;
  if (mask == NULL && pz_image_get_channels (image) != 4)
    return TRUE;
  rows_init (&rows, image, mask, width);
  threshold = find_threshold (&rows, &all);
  *box = (Box) { .left = width, .top = height };
  for (guint y = 0; y < height; y++)
    {
      rows_read (&rows, 0, y, width);
      for (guint x = 0; x < width; x++)
        if (rows.inside[x] >= threshold)
          {
            box->left = MIN (box->left, x);
            box->right = MAX (box->right, x + 1);
            box->top = MIN (box->top, y);
            box->bottom = y + 1;
          }
    }
  return box->right > 0;
}

/* Where a segment of `size` begins on an axis of `length`: centred on [first, last), moved into the axis. If the segment is
 * longer than the axis, the axis is in its middle. */
static gint
place (guint first, guint last, guint size, guint length)
{
  gint64 start = ((gint64) first + last - size) / 2;

  if (size > length)
    return -(gint) ((size - length) / 2);
  return (gint) CLAMP (start, 0, (gint64) length - size);
}

gboolean
pz_concept_square (const PzImage *image,
                   const PzImage *mask,
                   double room,
                   PzSquare *square,
                   GError **error)
{
  guint width = pz_image_get_width (image);
  guint height = pz_image_get_height (image);
  Box box;
  guint64 side, padded;

  if (mask != NULL
      && (pz_image_get_width (mask) != width || pz_image_get_height (mask) != height
          || pz_image_get_channels (mask) != 1))
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
        "the mask: expected %u x %u pixels of 1 channel like the picture, found %u x %u of %u",
        width, height, pz_image_get_width (mask), pz_image_get_height (mask),
        pz_image_get_channels (mask));
      return FALSE;
    }
  if (!find_box (image, mask, &box))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected at least one pixel inside, found none",
                   mask != NULL ? "the mask" : "the picture's alpha");
      return FALSE;
    }
  side = MAX (box.right - box.left, box.bottom - box.top);
  side += (guint64) (2 * CLAMP (room, 0.0, PZ_MAX_ROOM) * (double) side + 0.5);
  padded = (side * CROP_PIXELS + CROP_PIXELS - 2 * CROP_PADDING - 1)
           / (CROP_PIXELS - 2 * CROP_PADDING);
  /* A square larger than the picture's longer side would only add black bars on all sides. */
  square->size = (guint) MIN (padded, MAX (width, height));
  square->x = place (box.left, box.right, square->size, width);
  square->y = place (box.top, box.bottom, square->size, height);
  return TRUE;
}

/* ---- the crop ---- */

/* The part of a square that lies in the picture, and its position in the crop. */
typedef struct
{
  Box from;
  guint x, y, width, height;
  guint side; /* of the crop */
} Window;

static void
place_on_axis (gint64 start,
               guint size,
               guint length,
               guint side,
               guint *first,
               guint *last,
               guint *to,
               guint *to_length)
{
  double scale = (double) side / size;

  *first = (guint) CLAMP (start, 0, (gint64) length);
  *last = (guint) CLAMP (start + size, *first, (gint64) length);
  *to_length = MAX ((guint) lround ((*last - *first) * scale), 1);
  *to = MIN ((guint) lround ((double) (*first - start) * scale), side - *to_length);
}

static gboolean
find_window (const PzImage *image, const PzSquare *square, guint most, Window *window)
{
  window->side = MIN (square->size, most);
  place_on_axis (square->x, square->size, pz_image_get_width (image), window->side,
                 &window->from.left, &window->from.right, &window->x, &window->width);
  place_on_axis (square->y, square->size, pz_image_get_height (image), window->side,
                 &window->from.top, &window->from.bottom, &window->y, &window->height);
  return window->from.right > window->from.left && window->from.bottom > window->from.top;
}

/* One row of the crop that is being averaged. */
typedef struct
{
  double *sum; /* [width, 3] */
  gboolean *inside; /* [width] */
  float threshold;
} Average;

/* Composited over white, as the host shows it. */
static float
seen (const float *pixel, guint channels, guint c)
{
  float alpha = channels == 4 ? pixel[3] : 1.0f;

  return pixel[channels >= 3 ? c : 0] * alpha + 1.0f - alpha;
}

/* Adds one row of the picture. share: the part of it that the crop's row covers. */
static void
add_row (Average *average, const Rows *rows, const Window *window, double share)
{
  guint channels = pz_image_get_channels (rows->image);
  guint n = window->from.right - window->from.left;
  double ratio = (double) n / window->width;

  for (guint i = 0; i < window->width; i++)
    {
      double begin = i * ratio, end = MIN ((i + 1) * ratio, (double) n);

      for (guint x = (guint) begin; x < end; x++)
        {
          double weight = (MIN (end, x + 1.0) - MAX (begin, x)) * share;

          for (guint c = 0; c < 3; c++)
            average->sum[i * 3 + c] +=
              weight * (double) seen (rows->pixels + (gsize) x * channels, channels, c);
          average->inside[i] = average->inside[i] || rows->inside[x] >= average->threshold;
        }
    }
}

/* Averages rows of the picture into one row of the crop. pixels and inside: the crop's row over its whole side. */
static void
average_row (Average *average,
             Rows *rows,
             const Window *window,
             guint row,
             float *pixels,
             float *inside)
{
  guint n = window->from.bottom - window->from.top;
  double ratio = (double) n / window->height;
  double begin = row * ratio, end = MIN ((row + 1) * ratio, (double) n);
  double area = ratio * (window->from.right - window->from.left) / window->width;

  memset (average->sum, 0, sizeof (double) * window->width * 3);
  memset (average->inside, 0, sizeof (gboolean) * window->width);
  for (guint y = (guint) begin; y < end; y++)
    {
      rows_read (rows, window->from.left, window->from.top + y,
                 window->from.right - window->from.left);
      add_row (average, rows, window, MIN (end, y + 1.0) - MAX (begin, y));
    }
  for (guint i = 0; i < window->width * 3; i++)
    pixels[window->x * 3 + i] = (float) (average->sum[i] / area);
  for (guint i = 0; i < window->width; i++)
    inside[window->x + i] = average->inside[i] ? 1.0f : 0.0f;
}

void
pz_concept_crop (const PzImage *image,
                 const PzImage *mask,
                 const PzSquare *square,
                 guint most,
                 PzImage **crop,
                 PzImage **crop_mask)
{
  Window window;
  gboolean meets = find_window (image, square, most, &window);
  gsize side = window.side;
  float *pixels = g_new0 (float, side *side * 3);
  float *inside = g_new0 (float, side *side);

  if (meets)
    {
      g_autofree double *sum = g_new (double, side * 3);
      g_autofree gboolean *any = g_new (gboolean, side);
      Average average = { .sum = sum, .inside = any };
      g_auto (Rows) rows = { 0 };

      rows_init (&rows, image, mask, window.from.right - window.from.left);
      average.threshold = find_threshold (&rows, &window.from);
      for (guint y = 0; y < window.height; y++)
        average_row (&average, &rows, &window, y, pixels + (window.y + y) * side * 3,
                     inside + (window.y + y) * side);
    }
  *crop = pz_image_new_take (window.side, window.side, 3, pixels);
  *crop_mask = pz_image_new_take (window.side, window.side, 1, inside);
}
