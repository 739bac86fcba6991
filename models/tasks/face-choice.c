/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choosing, framing and comparing faces that were found: see models/faces.h.
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
      error, PZ_ERROR, PZ_ERROR_NO_FACE,
      "expected a face, found none; the networks know photographs of people");
  else
    g_set_error (error, PZ_ERROR, PZ_ERROR_NO_FACE,
                 "expected a face inside the mask, found %u beside it", found->len);
  return NULL;
}

/* ---- portraits ---- */

/* FFHQ's template of 512 pixels: the distance between the eyes, and their distance from the top. */
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

static PzFacePoint
point_in_square (PzFacePoint point, const PzSquare *square, guint side, gboolean is_mirrored)
{
  const double scale = (double) side / square->size, x = (point.x - square->x) * scale;

  return (PzFacePoint) { is_mirrored ? side - x : x, (point.y - square->y) * scale };
}

/* The place that each place becomes when the picture is mirrored. */
static const PzFacePlace mirrored_places[PZ_N_FACE_PLACES] = {
  [PZ_FACE_LEFT_EYE] = PZ_FACE_RIGHT_EYE,
  [PZ_FACE_RIGHT_EYE] = PZ_FACE_LEFT_EYE,
  [PZ_FACE_NOSE] = PZ_FACE_NOSE,
  [PZ_FACE_LEFT_MOUTH] = PZ_FACE_RIGHT_MOUTH,
  [PZ_FACE_RIGHT_MOUTH] = PZ_FACE_LEFT_MOUTH,
};

PzFace
pz_face_in_square (const PzFace *face, const PzSquare *square, guint side, gboolean is_mirrored)
{
  PzFace moved = *face;

  for (guint i = 0; i < PZ_FACE_POINTS; i++)
    moved.points[i] = point_in_square (face->points[i], square, side, is_mirrored);
  for (guint i = 0; i < PZ_N_FACE_PLACES; i++)
    moved.places[i] = point_in_square (face->places[is_mirrored ? mirrored_places[i] : i],
                                       square, side, is_mirrored);
  return moved;
}

/* ---- similarity ---- */

double
pz_faces_distance (const float *a, const float *b, guint n)
{
  double square = 0.0;

  for (guint i = 0; i < n; i++)
    square += ((double) a[i] - (double) b[i]) * ((double) a[i] - (double) b[i]);
  return sqrt (square);
}

double
pz_faces_similarity (const float *a, const float *b, guint n)
{
  double both = 0.0, one = 0.0, other = 0.0;

  for (guint i = 0; i < n; i++)
    {
      both += (double) a[i] * (double) b[i];
      one += (double) a[i] * (double) a[i];
      other += (double) b[i] * (double) b[i];
    }
  return both / sqrt (MAX (one * other, 1e-30));
}
