/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/cut-thing.h"

#include <gegl.h>

#define SEEN_SIDE 64 /* pixels; a low resolution */

gboolean
pz_thing_needs_no_mask (const PzImage *mask)
{
  g_autoptr (PzImage) small = pz_image_reduce (mask, SEEN_SIDE, SEEN_SIDE);

  for (guint i = 0; i < SEEN_SIDE * SEEN_SIDE; i++)
    if (pz_image_get_pixels (small)[i] < 0.999f)
      return FALSE;
  return TRUE;
}

PzImage *
pz_thing_keep (PzImage *rows)
{
  const guint width = pz_image_get_width (rows), height = pz_image_get_height (rows);

  return MAX (width, height) > PZ_MAX_CROP ? pz_image_shrink (rows, PZ_MAX_CROP)
                                           : pz_image_crop (rows, 0, 0, width, height);
}

void
pz_thing_cut (PzHostConcept *concept, PzImage *picture, PzImage *mask, const PzSquare *square)
{
  GeglRectangle seen = { 0, 0, (gint) pz_image_get_width (picture),
                         (gint) pz_image_get_height (picture) };

  gegl_rectangle_intersect (&seen, &seen,
                            GEGL_RECTANGLE (square->x, square->y, (gint) square->size,
                                            (gint) square->size));
  if (MAX (seen.width, seen.height) <= PZ_MAX_CROP)
    {
      concept->image =
        pz_image_crop (picture, seen.x, seen.y, (guint) seen.width, (guint) seen.height);
      if (mask)
        concept->mask =
          pz_image_crop (mask, seen.x, seen.y, (guint) seen.width, (guint) seen.height);
    }
  else if (mask)
    pz_concept_crop (picture, mask, square, PZ_MAX_CROP, &concept->image, &concept->mask);
  else
    concept->image = pz_image_shrink (picture, PZ_MAX_CROP);
}
