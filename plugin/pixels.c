/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/pixels.h"

#include "ui/thumbnail.h"

#define PICTURE_FORMAT "R'G'B' u8"

/* Of one writing. */
#define BAND_PIXELS (1 << 20)

/* Masks are linear by GIMP's own rule: "Y" writes what it says. */
static void
write_rows (GeglBuffer *buffer, const PzImage *rows, gint y)
{
  const char *format = pz_image_get_channels (rows) == 1 ? "Y u8" : PICTURE_FORMAT;
  g_autofree guint8 *bytes = pz_image_to_bytes (rows);

  gegl_buffer_set (buffer,
                   GEGL_RECTANGLE (0, y, (gint) pz_image_get_width (rows),
                                   (gint) pz_image_get_height (rows)),
                   0, babl_format (format), bytes, GEGL_AUTO_ROWSTRIDE);
}

void
pz_pixels_write (GimpDrawable *drawable, PzImage *image)
{
  guint width = (guint) gimp_drawable_get_width (drawable);
  guint height = (guint) gimp_drawable_get_height (drawable);
  guint n = MAX (BAND_PIXELS / width, 1);
  GeglBuffer *buffer = gimp_drawable_get_buffer (drawable);
  g_autoptr (PzScaler) scaler = pz_scaler_new (image, width, height);

  for (guint y = 0; y < height; y += n)
    {
      g_autoptr (PzImage) rows = pz_scaler_get_rows (scaler, y, MIN (n, height - y));

      write_rows (buffer, rows, (gint) y);
    }
  g_object_unref (buffer);
  gimp_drawable_update (drawable, 0, 0, (gint) width, (gint) height);
}

/* Layers of the results, see gimp-host.c: an image that is not RGB gets an image of its own. */
static const Babl *
format_of_results (GimpImage *image)
{
  GimpLayer *layer;
  const Babl *format;

  if (gimp_image_get_base_type (image) != GIMP_RGB)
    return babl_format ("R'G'B'A u8");
  layer = gimp_layer_new (image, NULL, 1, 1, GIMP_RGBA_IMAGE, 100, GIMP_LAYER_MODE_NORMAL);
  format = gimp_drawable_get_format (GIMP_DRAWABLE (layer));
  gimp_item_delete (GIMP_ITEM (layer));
  return format;
}

static gpointer
write_a_point (gpointer data)
{
  const Babl *format = data;
  GeglBuffer *buffer = gegl_buffer_new (GEGL_RECTANGLE (0, 0, 1, 1), format);
  const guint8 black[3] = { 0, 0, 0 };

  gegl_buffer_set (buffer, NULL, 0, babl_format (PICTURE_FORMAT), black, GEGL_AUTO_ROWSTRIDE);
  g_object_unref (buffer);
  return NULL;
}

GThread *
pz_pixels_prepare (GimpImage *image)
{
  return g_thread_try_new ("pixels", write_a_point, (gpointer) format_of_results (image), NULL);
}
