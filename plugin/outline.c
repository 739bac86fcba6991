/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/outline.h"

/* The longer side, in pixels, at which the selection is examined. */
#define SIDE 256
/* The fraction of pixels that may differ from the shape: those on its edge, and the round corners of a rectangle. */
#define MOST_OTHERWISE 0.03f

typedef struct
{
  guint left, top, right, bottom; /* right and bottom are exclusive */
} Bounds;

static gboolean
find_bounds (const PzImage *mask, Bounds *bounds)
{
  const float *values = pz_image_get_pixels (mask);
  const guint width = pz_image_get_width (mask), height = pz_image_get_height (mask);

  *bounds = (Bounds) { width, height, 0, 0 };
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (values[(gsize) y * width + x] >= 0.5f)
        *bounds = (Bounds) { MIN (bounds->left, x), MIN (bounds->top, y),
                             MAX (bounds->right, x + 1), y + 1 };
  return bounds->right > 0;
}

static gboolean
in_box (float u, float v)
{
  (void) u;
  (void) v;
  return TRUE;
}

static gboolean
in_ellipse (float u, float v)
{
  return u * u + v * v < 1.0f;
}

/* u and v range from -1 to 1 over the bounds. */
static gboolean
is_shape (const PzImage *mask, const Bounds *bounds, gboolean (*contains) (float u, float v))
{
  const float *values = pz_image_get_pixels (mask);
  const guint width = pz_image_get_width (mask);
  const guint w = bounds->right - bounds->left, h = bounds->bottom - bounds->top;
  guint n_otherwise = 0;

  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      {
        const float u = ((float) x + 0.5f) * 2.0f / (float) w - 1.0f;
        const float v = ((float) y + 0.5f) * 2.0f / (float) h - 1.0f;
        const gsize at = (gsize) (bounds->top + y) * width + bounds->left + x;

        n_otherwise += (values[at] >= 0.5f) != contains (u, v);
      }
  return (float) n_otherwise <= MOST_OTHERWISE * (float) w * (float) h;
}

gboolean
pz_outline_is_dragged (const PzImage *mask)
{
  const guint longer = MAX (pz_image_get_width (mask), pz_image_get_height (mask));
  const guint most = MIN (longer, SIDE);
  const guint width = MAX ((guint) ((guint64) pz_image_get_width (mask) * most / longer), 1);
  const guint height = MAX ((guint) ((guint64) pz_image_get_height (mask) * most / longer), 1);
  g_autoptr (PzImage) small = pz_image_reduce (mask, width, height);
  Bounds bounds;

  return find_bounds (small, &bounds)
         && (is_shape (small, &bounds, in_box) || is_shape (small, &bounds, in_ellipse));
}
