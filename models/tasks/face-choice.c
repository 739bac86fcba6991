/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said and done with faces that were found: see models/faces.h.
 */
#include <math.h>

#include "compute/error.h"
#include "models/faces.h"

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
