/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/picture-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>

#include "ui/host.h"

#define RECIPE_KEY "tEXt::recipe"

/* RGB, 8 bits; a mask becomes grey. (transfer full) */
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

  /* The lowest compression level, because files of a run usually exist only for seconds. */
  return gdk_pixbuf_save_to_buffer (pixbuf, &png, &n_bytes, "png", error, "compression", "1",
                                    recipe ? RECIPE_KEY : NULL, recipe, NULL)
         && g_file_set_contents_full (path, png, (gssize) n_bytes,
                                      G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* n channels, starting at `first`. (transfer full) */
static PzImage *
channels_of (const GdkPixbuf *pixbuf, gint first, gint n)
{
  const gint width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  const gint channels = gdk_pixbuf_get_n_channels (pixbuf);
  float *pixels = g_new (float, (gsize) width *(gsize) height *(gsize) n), *to = pixels;

  for (gint y = 0; y < height; y++)
    {
      const guint8 *row =
        gdk_pixbuf_read_pixels (pixbuf) + (gsize) y * (gsize) gdk_pixbuf_get_rowstride (pixbuf);

      for (gint x = 0; x < width; x++)
        for (gint c = first; c < first + n; c++)
          *to++ = (float) row[x * channels + c] / 255.0f;
    }
  return pz_image_new_take ((guint) width, (guint) height, (guint) n, pixels);
}

PzImage *
pz_picture_file_load (const char *path, char **recipe, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (path, error);

  if (!pixbuf)
    return NULL;
  if (recipe)
    *recipe = g_strdup (gdk_pixbuf_get_option (pixbuf, RECIPE_KEY));
  return channels_of (pixbuf, 0, 3);
}

static gboolean
hides_something (const PzImage *alpha)
{
  const gsize n = (gsize) pz_image_get_width (alpha) * pz_image_get_height (alpha);

  for (gsize i = 0; i < n; i++)
    if (pz_image_get_pixels (alpha)[i] < 1.0f)
      return TRUE;
  return FALSE;
}

/* Errors of the loaders tell of bytes; those of files (missing, not permitted) are sentences for the user already. */
static void
set_error (GError **error, const char *path, const GError *reason)
{
  g_autofree char *name = g_filename_display_basename (path);

  if (reason->domain == GDK_PIXBUF_ERROR)
    g_set_error (error, PZ_HOST_ERROR, PZ_HOST_ERROR_BAD_PICTURE,
                 _ ("“%s” is damaged, or not a picture in a format that can be read here."),
                 name);
  else
    g_propagate_error (error, g_error_copy (reason));
}

PzImage *
pz_picture_file_open (const char *path, PzImage **mask, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GdkPixbuf) read = gdk_pixbuf_new_from_file (path, &reason);
  g_autoptr (GdkPixbuf) upright = NULL, small = NULL;
  const GdkPixbuf *pixbuf;
  gint longer;

  *mask = NULL;
  if (!read)
    {
      set_error (error, path, reason);
      return NULL;
    }
  pixbuf = upright = gdk_pixbuf_apply_embedded_orientation (read);
  longer = MAX (gdk_pixbuf_get_width (upright), gdk_pixbuf_get_height (upright));
  if (longer > PZ_MAX_CROP)
    pixbuf = small =
      gdk_pixbuf_scale_simple (upright,
                               MAX (gdk_pixbuf_get_width (upright) * PZ_MAX_CROP / longer, 1),
                               MAX (gdk_pixbuf_get_height (upright) * PZ_MAX_CROP / longer, 1),
                               GDK_INTERP_BILINEAR);
  if (gdk_pixbuf_get_has_alpha (pixbuf))
    *mask = channels_of (pixbuf, 3, 1);
  if (*mask && !hides_something (*mask))
    g_clear_pointer (mask, pz_image_unref);
  return channels_of (pixbuf, 0, 3);
}

/* The first of three equal channels. (transfer full) */
static PzImage *
one_channel (const PzImage *gray)
{
  guint width = pz_image_get_width (gray), height = pz_image_get_height (gray);
  gsize n = (gsize) width * height;
  float *pixels = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    pixels[i] = pz_image_get_pixels (gray)[i * 3];
  return pz_image_new_take (width, height, 1, pixels);
}

PzImage *
pz_picture_file_load_mask (const char *path, GError **error)
{
  g_autoptr (PzImage) gray = pz_picture_file_load (path, NULL, error);

  return gray ? one_channel (gray) : NULL;
}
