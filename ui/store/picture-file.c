/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/picture-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#define RECIPE_KEY "tEXt::recipe"

/* A mask becomes gray. (transfer full) */
static guint8 *
rgb_bytes (const PzImage *image)
{
  gsize n = (gsize) pz_image_get_width (image) * pz_image_get_height (image);
  guint8 *bytes = pz_image_to_bytes (image);
  guint8 *gray = bytes;

  if (pz_image_get_channels (image) == 3)
    return bytes;
  bytes = g_new (guint8, n * 3);
  for (gsize i = 0; i < n * 3; i++)
    bytes[i] = gray[i / 3];
  g_free (gray);
  return bytes;
}

gboolean
pz_picture_file_save (const char *path,
                      const PzImage *image,
                      const char *recipe,
                      GError **error)
{
  gint width = (gint) pz_image_get_width (image), height = (gint) pz_image_get_height (image);
  g_autoptr (GBytes) bytes =
    g_bytes_new_take (rgb_bytes (image), (gsize) width * (gsize) height * 3);
  g_autoptr (GdkPixbuf) pixbuf =
    gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, FALSE, 8, width, height, width * 3);
  g_autofree char *png = NULL;
  gsize n_bytes;

  /* The lightest compression: these files live for seconds. */
  return gdk_pixbuf_save_to_buffer (pixbuf, &png, &n_bytes, "png", error, "compression", "1",
                                    recipe ? RECIPE_KEY : NULL, recipe, NULL)
         && g_file_set_contents_full (path, png, (gssize) n_bytes,
                                      G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

PzImage *
pz_picture_file_load (const char *path, char **recipe, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (path, error);
  const guint8 *row;
  gint width, height, channels;
  float *pixels, *to;

  if (!pixbuf)
    return NULL;
  if (recipe)
    *recipe = g_strdup (gdk_pixbuf_get_option (pixbuf, RECIPE_KEY));
  width = gdk_pixbuf_get_width (pixbuf);
  height = gdk_pixbuf_get_height (pixbuf);
  channels = gdk_pixbuf_get_n_channels (pixbuf);
  to = pixels = g_new (float, (gsize) width *(gsize) height * 3);
  for (gint y = 0; y < height; y++)
    {
      row =
        gdk_pixbuf_read_pixels (pixbuf) + (gsize) y * (gsize) gdk_pixbuf_get_rowstride (pixbuf);
      for (gint x = 0; x < width; x++)
        for (gint c = 0; c < 3; c++)
          *to++ = (float) row[x * channels + c] / 255.0f;
    }
  return pz_image_new_take ((guint) width, (guint) height, 3, pixels);
}
