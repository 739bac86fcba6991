/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/png.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

GBytes *
pz_png_encode (const PzImage *image, GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const guint channels = pz_image_get_channels (image);
  g_autofree guint8 *bytes = pz_image_to_bytes (image);
  char *png;
  gsize n_bytes;

  g_return_val_if_fail (channels >= 3, NULL);

  g_autoptr (GdkPixbuf) pixbuf =
    gdk_pixbuf_new_from_data (bytes, GDK_COLORSPACE_RGB, channels == 4, 8, (int) width,
                              (int) height, (int) (width * channels), NULL, NULL);
  if (!gdk_pixbuf_save_to_buffer (pixbuf, &png, &n_bytes, "png", error, NULL))
    return NULL;
  return g_bytes_new_take (png, n_bytes);
}

/* Called before the pixels are decoded. A size of 0 stops the loader. */
static void
on_size (GdkPixbufLoader *loader, gint width, gint height, gpointer data)
{
  gboolean *too_large = data;

  *too_large = width > PZ_PNG_MAX_SIDE || height > PZ_PNG_MAX_SIDE;
  if (*too_large)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
}

static PzImage *
take_pixels (GdkPixbuf *pixbuf)
{
  const guint width = (guint) gdk_pixbuf_get_width (pixbuf);
  const guint height = (guint) gdk_pixbuf_get_height (pixbuf);
  const guint channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  const gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *bytes = gdk_pixbuf_read_pixels (pixbuf);
  float *pixels = g_new (float, (gsize) width *height * 3);

  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      for (gsize c = 0; c < 3; c++)
        pixels[(y * width + x) * 3 + c] = (float) bytes[y * stride + x * channels + c] / 255.0f;
  return pz_image_new_take (width, height, 3, pixels);
}

PzImage *
pz_png_decode (gconstpointer data, gsize n_bytes, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type ("png", NULL);
  g_autoptr (GError) reason = NULL;
  gboolean too_large = FALSE;
  gboolean read;

  g_return_val_if_fail (loader != NULL, NULL);
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size), &too_large);
  read = gdk_pixbuf_loader_write (loader, data, n_bytes, &reason);
  read = gdk_pixbuf_loader_close (loader, read ? &reason : NULL) && read;
  if (read && !too_large && gdk_pixbuf_loader_get_pixbuf (loader) != NULL)
    return take_pixels (gdk_pixbuf_loader_get_pixbuf (loader));
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "expected a PNG picture of at most %d x %d pixels, found %s", PZ_PNG_MAX_SIDE,
               PZ_PNG_MAX_SIDE,
               too_large        ? "a larger one"
               : reason != NULL ? reason->message
                                : "something else");
  return NULL;
}
