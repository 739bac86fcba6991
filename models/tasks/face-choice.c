/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said and done with faces that were found: see models/faces.h.
 */
#include <math.h>

#include "models/tasks/find-faces.h"

static gboolean
is_inside (const PzFace *face, const PzImage *mask)
{
  const double x = face->x + face->width / 2.0, y = face->y + face->height / 2.0;
  float value;

  if (mask == NULL)
    return TRUE;
  if (!(x >= 0.0 && y >= 0.0 && x < pz_image_get_width (mask)
        && y < pz_image_get_height (mask)))
    return FALSE;
  pz_image_read_row (mask, (guint) x, (guint) y, 1, &value);
  return value >= 0.5f;
}

const PzFace *
pz_faces_choose (const GArray *found, const PzImage *mask, GError **error)
{
  for (guint i = 0; i < found->len; i++)
    if (is_inside (&g_array_index (found, PzFace, i), mask))
      return &g_array_index (found, PzFace, i);
  if (found->len == 0)
    g_set_error_literal (
      error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
      "expected a face, found none; the networks know photographs of people");
  else
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "expected a face inside the mask, found %u beside it", found->len);
  return NULL;
}

/* ---- portraits ---- */

/* Of FFHQ's faces of 512 pixels: how far the eyes are apart, and how deep they lie. */
#define TEMPLATE_SIDE 512.0
#define TEMPLATE_EYES 125.92
#define TEMPLATE_DEPTH 240.07

void
pz_face_frame (const PzFace *face, PzSquare *square)
{
  const PzFacePoint left = face->places[PZ_FACE_LEFT_EYE];
  const PzFacePoint right = face->places[PZ_FACE_RIGHT_EYE];
  const double apart = hypot (right.x - left.x, right.y - left.y);
  const double side = MAX (apart * TEMPLATE_SIDE / TEMPLATE_EYES, 1.0);

  square->size = (guint) lround (side);
  square->x = (gint) lround ((left.x + right.x) / 2.0 - side / 2.0);
  square->y = (gint) lround ((left.y + right.y) / 2.0 - side * TEMPLATE_DEPTH / TEMPLATE_SIDE);
}

PzFace
pz_face_in_square (const PzFace *face, const PzSquare *square, guint side, gboolean is_mirrored)
{
  const double scale = (double) side / square->size;
  PzFace moved = *face;

  for (guint i = 0; i < PZ_FACE_POINTS; i++)
    {
      const double x = (face->points[i].x - square->x) * scale;

      moved.points[i].x = is_mirrored ? side - x : x;
      moved.points[i].y = (face->points[i].y - square->y) * scale;
    }
  return moved;
}

/* ---- likeness ---- */

double
pz_faces_distance (const float *a, const float *b)
{
  double square = 0.0;

  for (guint i = 0; i < PZ_FACE_FEATURES; i++)
    square += ((double) a[i] - (double) b[i]) * ((double) a[i] - (double) b[i]);
  return sqrt (square);
}

double
pz_faces_similarity (const float *a, const float *b)
{
  double both = 0.0, one = 0.0, other = 0.0;

  for (guint i = 0; i < PZ_FACE_FEATURES; i++)
    {
      both += (double) a[i] * (double) b[i];
      one += (double) a[i] * (double) a[i];
      other += (double) b[i] * (double) b[i];
    }
  return both / sqrt (MAX (one * other, 1e-30));
}
