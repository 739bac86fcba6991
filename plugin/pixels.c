/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/pixels.h"

#include "ui/thumbnail.h"

#define PICTURE_FORMAT "R'G'B' u8"

/* Pixels per write, in whole rows of GIMP's tiles: a tile that is written twice is sent twice. */
#define BAND_PIXELS (1 << 18)
#define TILE_ROWS 64

struct _PzPixelWriter
{
  GimpDrawable *drawable;
  GeglBuffer *buffer;
  PzScaler *scaler;
  const Babl *format; /* of the picture */
  guint width, height; /* of the drawable */
  guint n_band; /* rows per write */
  guint next; /* next row to write */
};

PzPixelWriter *
pz_pixel_writer_new (GimpDrawable *drawable, PzImage *image)
{
  PzPixelWriter *writer;
  const gint width = gimp_drawable_get_width (drawable),
             height = gimp_drawable_get_height (drawable);
  GeglBuffer *buffer = gimp_drawable_get_buffer (drawable);

  /* GIMP returns zeros if the drawable no longer exists. */
  if (!buffer || width <= 0 || height <= 0)
    {
      g_clear_object (&buffer);
      return NULL;
    }
  writer = g_new0 (PzPixelWriter, 1);
  writer->drawable = drawable;
  writer->width = (guint) width;
  writer->height = (guint) height;
  writer->n_band = MAX (BAND_PIXELS / writer->width / TILE_ROWS, 1) * TILE_ROWS;
  writer->buffer = buffer;
  writer->scaler = pz_scaler_new (image, writer->width, writer->height);
  /* GIMP defines masks as linear, so "Y" writes the values as they are. */
  writer->format = babl_format (pz_image_get_channels (image) == 1 ? "Y u8" : PICTURE_FORMAT);
  return writer;
}

gboolean
pz_pixel_writer_go_on (PzPixelWriter *writer)
{
  const guint n = MIN (writer->n_band, writer->height - writer->next);
  g_autoptr (PzImage) rows = pz_scaler_get_rows (writer->scaler, writer->next, n);
  g_autofree guint8 *bytes = pz_image_to_bytes (rows);

  gegl_buffer_set (writer->buffer,
                   GEGL_RECTANGLE (0, (gint) writer->next, (gint) writer->width, (gint) n), 0,
                   writer->format, bytes, GEGL_AUTO_ROWSTRIDE);
  /* Send these rows now, instead of all rows with the last ones. */
  gegl_buffer_flush (writer->buffer);
  writer->next += n;
  if (writer->next < writer->height)
    return TRUE;
  gimp_drawable_update (writer->drawable, 0, 0, (gint) writer->width, (gint) writer->height);
  return FALSE;
}

void
pz_pixel_writer_free (PzPixelWriter *writer)
{
  g_object_unref (writer->buffer);
  pz_scaler_free (writer->scaler);
  g_free (writer);
}

void
pz_pixels_write (GimpDrawable *drawable, PzImage *image)
{
  PzPixelWriter *writer = pz_pixel_writer_new (drawable, image);

  if (!writer)
    return;
  while (pz_pixel_writer_go_on (writer))
    ;
  pz_pixel_writer_free (writer);
}

/* Results for an image that is not RGB go into a separate image, see add-results.c. */
const Babl *
pz_pixels_format (GimpImage *image)
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
  return g_thread_try_new ("pixels", write_a_point, (gpointer) pz_pixels_format (image), NULL);
}
