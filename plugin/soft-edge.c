/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/soft-edge.h"

#include <math.h>

/* The width of a faded edge: a fraction of the mask's shorter side; the maximum in pixels. */
#define FADE_PART 0.08f
#define FADE_MOST 48.0f
/* A smooth edge has about one intermediate pixel for each pixel of its length. With more than this many, it is meant to be
 * soft. */
#define SOFT_PIXELS 3

typedef struct
{
  gint width, height;
  const float *mask;
  float *distance; /* to the nearest pixel outside */
} Field;

static gboolean
is_inside (const Field *field, gint x, gint y)
{
  return x < 0 || y < 0 || x >= field->width || y >= field->height
         || field->mask[(gsize) y * (gsize) field->width + (gsize) x] >= 0.5f;
}

/* Lowers the pixel's distance to the upper bound that a neighbour's distance gives. */
static void
relax (Field *field, gint x, gint y, gint dx, gint dy)
{
  float *here = &field->distance[(gsize) y * (gsize) field->width + (gsize) x];
  gint nx = x + dx, ny = y + dy;

  if (nx >= 0 && ny >= 0 && nx < field->width && ny < field->height)
    *here = MIN (*here, field->distance[(gsize) ny * (gsize) field->width + (gsize) nx]
                          + (dx && dy ? (float) G_SQRT2 : 1.0f));
}

/* Two passes, each over the neighbours on one side: at most 8 % more than the Euclidean distance. */
static void
measure (Field *field)
{
  gint w = field->width, h = field->height;

  for (gint i = 0; i < w * h; i++)
    field->distance[i] = is_inside (field, i % w, i / w) ? (float) (w + h) : 0;
  for (gint y = 0; y < h; y++)
    for (gint x = 0; x < w; x++)
      for (gint i = 0; i < 4; i++)
        relax (field, x, y, (gint[]) { -1, -1, 0, 1 }[i], (gint[]) { 0, -1, -1, -1 }[i]);
  for (gint y = h - 1; y >= 0; y--)
    for (gint x = w - 1; x >= 0; x--)
      for (gint i = 0; i < 4; i++)
        relax (field, x, y, (gint[]) { 1, 1, 0, -1 }[i], (gint[]) { 0, 1, 1, 1 }[i]);
}

typedef struct
{
  gint left, top, right, bottom; /* of the pixels inside, inclusive */
  guint n_edge; /* pixels inside with a neighbour outside */
  guint n_between; /* neither fully inside nor outside */
} Shape;

static Shape
look (const Field *field)
{
  Shape shape = { field->width, field->height, -1, -1, 0, 0 };

  for (gint y = 0; y < field->height; y++)
    for (gint x = 0; x < field->width; x++)
      {
        float value = field->mask[(gsize) y * (gsize) field->width + (gsize) x];

        shape.n_between += value > 0.02f && value < 0.98f;
        if (!is_inside (field, x, y))
          continue;
        shape.left = MIN (shape.left, x);
        shape.right = MAX (shape.right, x);
        shape.top = MIN (shape.top, y);
        shape.bottom = MAX (shape.bottom, y);
        shape.n_edge += !is_inside (field, x - 1, y) || !is_inside (field, x + 1, y)
                        || !is_inside (field, x, y - 1) || !is_inside (field, x, y + 1);
      }
  return shape;
}

PzImage *
pz_soft_edge (PzImage *mask)
{
  Field field = { (gint) pz_image_get_width (mask), (gint) pz_image_get_height (mask),
                  pz_image_get_pixels (mask), NULL };
  gsize n = (gsize) field.width * (gsize) field.height;
  Shape shape = look (&field);
  float side = (float) (MIN (shape.right - shape.left, shape.bottom - shape.top) + 1);
  float fade = CLAMP (FADE_PART * side, 1.0f, FADE_MOST);
  float *soft;

  if (shape.n_edge == 0 || shape.n_between > SOFT_PIXELS * shape.n_edge)
    return pz_image_ref (mask);
  field.distance = g_new (float, n);
  measure (&field);
  soft = field.distance;
  for (gsize i = 0; i < n; i++)
    {
      float t = CLAMP ((field.distance[i] - 0.5f) / fade, 0.0f, 1.0f);

      soft[i] = field.mask[i] * t * t * (3 - 2 * t);
    }
  return pz_image_new_take ((guint) field.width, (guint) field.height, 1, soft);
}
