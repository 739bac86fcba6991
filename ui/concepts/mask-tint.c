/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/mask-tint.h"

/* The area outside the object fades to a cool grey: the object stands out, and its surroundings stay recognisable. */
static const float tint[3] = { 0.22f, 0.24f, 0.32f };
#define TINT_STRENGTH 0.72f
static const float outline[3] = { 1.0f, 0.78f, 0.12f };

typedef struct
{
  const float *inside;
  gint width, height;
} Mask;

static gboolean
is_outside (const Mask *mask, gint x, gint y)
{
  return mask->inside[(gsize) y * (gsize) mask->width + (gsize) x] < 0.5f;
}

/* Whether the pixel is inside the mask and a pixel within `reach` is outside: a line along the mask's edge. */
static gboolean
on_edge (const Mask *mask, gint x, gint y, gint reach)
{
  if (is_outside (mask, x, y))
    return FALSE;
  for (gint dy = -reach; dy <= reach; dy++)
    for (gint dx = -reach; dx <= reach; dx++)
      if (is_outside (mask, CLAMP (x + dx, 0, mask->width - 1),
                      CLAMP (y + dy, 0, mask->height - 1)))
        return TRUE;
  return FALSE;
}

PzImage *
pz_mask_tint (const PzImage *picture, const PzImage *mask, gint reach)
{
  const Mask m = { pz_image_get_pixels (mask), (gint) pz_image_get_width (mask),
                   (gint) pz_image_get_height (mask) };
  const guint channels = pz_image_get_channels (picture);
  const float *from = pz_image_get_pixels (picture);
  float *to = g_new (float, (gsize) m.width *(gsize) m.height * 3);

  for (gint y = 0; y < m.height; y++)
    for (gint x = 0; x < m.width; x++)
      {
        gsize i = (gsize) y * (gsize) m.width + (gsize) x;
        gboolean edge = on_edge (&m, x, y, reach);
        float fade = TINT_STRENGTH * (1 - CLAMP (m.inside[i], 0, 1));

        for (guint c = 0; c < 3; c++)
          to[i * 3 + c] =
            edge ? outline[c] : from[i * channels + c] * (1 - fade) + tint[c] * fade;
      }
  return pz_image_new_take ((guint) m.width, (guint) m.height, 3, to);
}
