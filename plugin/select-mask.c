/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only an item of the image can become the selection, so the mask becomes a channel, which is removed afterwards.
 */
#include "plugin/select-mask.h"

#include <glib/gi18n.h>

/* Computes row y of the mask scaled to width x height, with linear interpolation. above, below: buffers for one row of the
 * mask. */
static void
stretch_row (PzImage *mask,
             guint y,
             guint width,
             guint height,
             float *above,
             float *below,
             float *to)
{
  const guint w = pz_image_get_width (mask), h = pz_image_get_height (mask);
  const double v = CLAMP ((y + 0.5) * h / height - 0.5, 0, h - 1.0);
  const guint first = (guint) v;

  pz_image_read_row (mask, 0, first, w, above);
  pz_image_read_row (mask, 0, MIN (first + 1, h - 1), w, below);
  for (guint i = 0; i < w; i++)
    above[i] += (below[i] - above[i]) * (float) (v - first);
  for (guint x = 0; x < width; x++)
    {
      const double u = CLAMP ((x + 0.5) * w / width - 0.5, 0, w - 1.0);
      const guint left = (guint) u, right = MIN (left + 1, w - 1);

      to[x] = above[left] + (above[right] - above[left]) * (float) (u - left);
    }
}

/* GIMP defines masks as linear, so "Y" writes the values as they are. */
static void
write_channel (GimpChannel *channel, GimpLayer *layer, PzImage *mask)
{
  GeglBuffer *buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (channel));
  const gint width = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  const gint height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));
  g_autofree float *above = g_new (float, pz_image_get_width (mask));
  g_autofree float *below = g_new (float, pz_image_get_width (mask));
  g_autofree float *row = g_new (float, width);
  gint left, top;

  gimp_drawable_get_offsets (GIMP_DRAWABLE (layer), &left, &top);
  for (gint y = 0; y < height; y++)
    {
      stretch_row (mask, (guint) y, (guint) width, (guint) height, above, below, row);
      gegl_buffer_set (buffer, GEGL_RECTANGLE (left, top + y, width, 1), 0,
                       babl_format ("Y float"), row, GEGL_AUTO_ROWSTRIDE);
    }
  g_object_unref (buffer);
  gimp_drawable_update (GIMP_DRAWABLE (channel), 0, 0,
                        gimp_drawable_get_width (GIMP_DRAWABLE (channel)),
                        gimp_drawable_get_height (GIMP_DRAWABLE (channel)));
}

gboolean
pz_select_mask (GimpLayer *layer, PzImage *mask)
{
  GimpImage *image = gimp_item_get_image (GIMP_ITEM (layer));
  GeglColor *black = gegl_color_new ("black");
  GimpChannel *channel = gimp_channel_new (image, _ ("Found"), gimp_image_get_width (image),
                                           gimp_image_get_height (image), 100, black);
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (image);
  gboolean taken;

  g_object_unref (black);
  gimp_image_undo_group_start (image);
  taken = gimp_image_insert_channel (image, channel, NULL, 0);
  if (taken)
    {
      gimp_drawable_fill (GIMP_DRAWABLE (channel), GIMP_FILL_TRANSPARENT);
      write_channel (channel, layer, mask);
      taken = gimp_image_select_item (image, GIMP_CHANNEL_OP_REPLACE, GIMP_ITEM (channel))
              && gimp_image_remove_channel (image, channel);
      /* A new channel replaces the selected layers. */
      gimp_image_set_selected_layers (image, (const GimpLayer **) selected);
    }
  gimp_image_undo_group_end (image);
  gimp_displays_flush ();
  return taken;
}
