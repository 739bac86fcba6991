/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures from and to files, by gdk-pixbuf.
 */
#include "cli/image-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

static void
free_bytes (guchar *bytes, gpointer data)
{
  (void) data;
  g_free (bytes);
}

static GdkPixbuf *
load_pixbuf (const char *path, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GdkPixbuf) raw = gdk_pixbuf_new_from_file (path, &reason);

  if (raw == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: expected a picture, but %s", path,
                   reason->message);
      return NULL;
    }
  return gdk_pixbuf_apply_embedded_orientation (raw);
}

PzImage *
pz_image_load (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = load_pixbuf (path, error);

  if (pixbuf == NULL)
    return NULL;

  guint width = (guint) gdk_pixbuf_get_width (pixbuf);
  guint height = (guint) gdk_pixbuf_get_height (pixbuf);
  guint channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *bytes = gdk_pixbuf_read_pixels (pixbuf);
  float *pixels = g_new (float, (gsize) width *height *channels);

  for (guint y = 0; y < height; y++)
    for (gsize i = 0; i < (gsize) width * channels; i++)
      pixels[(gsize) y * width * channels + i] = (float) bytes[y * stride + i] / 255.0f;
  return pz_image_new_take (width, height, channels, pixels);
}

/* Does the alpha channel say more than the colours do? Then it is the mask. */
static gboolean
alpha_is_the_mask (const float *pixels, gsize n)
{
  gboolean transparent = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      if (pixels[4 * i + 3] < 1.0f)
        transparent = TRUE;
      for (guint c = 0; c < 3; c++)
        if (pixels[4 * i + c] != pixels[c])
          return FALSE;
    }
  return transparent;
}

PzImage *
pz_image_load_mask (const char *path, GError **error)
{
  g_autoptr (PzImage) image = pz_image_load (path, error);

  if (image == NULL)
    return NULL;

  guint width = pz_image_get_width (image);
  guint height = pz_image_get_height (image);
  guint channels = pz_image_get_channels (image);
  gsize n = (gsize) width * height;
  const float *pixels = pz_image_get_pixels (image);
  gboolean use_alpha = channels == 4 && alpha_is_the_mask (pixels, n);
  float *mask = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    {
      const float *p = pixels + i * channels;
      float value = use_alpha ? p[3] : MAX (MAX (p[0], p[1]), p[2]);

      mask[i] = value > 0.0f ? 1.0f : 0.0f;
    }
  return pz_image_new_take (width, height, 1, mask);
}

gboolean
pz_image_save_png (PzImage *image,
                   const char *path,
                   const char *key,
                   const char *text,
                   GError **error)
{
  gint width = (gint) pz_image_get_width (image);
  gint height = (gint) pz_image_get_height (image);
  guint8 *bytes = pz_image_to_bytes (image);
  g_autofree char *option = g_strdup_printf ("tEXt::%s", key);
  g_autofree char *buffer = NULL;
  gsize n_bytes;
  g_autoptr (GdkPixbuf) pixbuf =
    gdk_pixbuf_new_from_data (bytes, GDK_COLORSPACE_RGB, FALSE, 8, width, height, width * 3,
                              free_bytes, NULL);

  g_return_val_if_fail (pz_image_get_channels (image) == 3, FALSE);

  if (!gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &n_bytes, "png", error, option, text, NULL))
    return FALSE;
  return g_file_set_contents_full (path, buffer, (gssize) n_bytes,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}
