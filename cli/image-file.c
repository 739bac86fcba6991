/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads and writes picture files with gdk-pixbuf.
 */
#include "cli/image-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- formats ---- */

/* Formats that cameras and programs write and that gdk-pixbuf reads only with a separate package, which it finds at run
 * time. */
static const struct
{
  guint at;
  const char *magic;
  const char *name;
  const char *package; /* its name in Debian */
} foreign[] = {
  { 8, "WEBP", "WebP", "webp-pixbuf-loader" },
  { 4, "ftypavif", "AVIF", "libavif-gdk-pixbuf" },
  { 4, "ftypavis", "AVIF", "libavif-gdk-pixbuf" },
  { 4, "ftypheic", "HEIC", "heif-gdk-pixbuf" },
  { 4, "ftypheix", "HEIC", "heif-gdk-pixbuf" },
  { 4, "ftyphevc", "HEIC", "heif-gdk-pixbuf" },
  { 4, "ftypmif1", "HEIF", "heif-gdk-pixbuf" },
  { 4, "ftypmsf1", "HEIF", "heif-gdk-pixbuf" },
  { 0, "\xff\x0a", "JPEG XL", "libjxl-gdk-pixbuf" },
  { 4, "JXL \r\n\x87\n", "JPEG XL", "libjxl-gdk-pixbuf" },
};

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (*(const char *const *) a, *(const char *const *) b);
}

/* The installed formats: "bmp, gif, jpeg, …". (transfer full) */
static char *
list_formats (void)
{
  GSList *formats = gdk_pixbuf_get_formats ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (GSList *at = formats; at != NULL; at = at->next)
    g_ptr_array_add (names, gdk_pixbuf_format_get_name (at->data));
  g_slist_free (formats);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
refuse (const char *path,
        const GError *reason,
        const guint8 *head,
        gsize n_head,
        GError **error)
{
  g_autofree char *formats = NULL;

  if (!g_error_matches (reason, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a picture, found one that cannot be read: %s", path,
                   reason->message);
      return FALSE;
    }
  formats = list_formats ();
  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      gsize n = strlen (foreign[i].magic);

      if (foreign[i].at + n > n_head || memcmp (head + foreign[i].at, foreign[i].magic, n) != 0)
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: found a %s picture, which gdk-pixbuf reads with the package %s; "
                   "without it: %s",
                   path, foreign[i].name, foreign[i].package, formats);
      return FALSE;
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected a picture in a supported format (%s), found something else", path,
               formats);
  return FALSE;
}

/* ---- reading ---- */

/* Reads the first bytes of a regular file. */
static gboolean
read_head (const char *path, guint8 *head, gsize *n_head, GError **error)
{
  /* O_NONBLOCK: opening a FIFO must not block. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  gssize got = -1;
  int code = 0;
  gboolean plain = FALSE;

  if (fd >= 0 && fstat (fd, &status) == 0)
    plain = S_ISREG (status.st_mode);
  if (plain)
    got = read (fd, head, *n_head);
  code = errno;
  if (fd >= 0)
    close (fd);
  *n_head = (gsize) MAX (got, 0);
  if (fd >= 0 && !plain)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: expected a picture in a file, found %s", path,
                 S_ISDIR (status.st_mode) ? "a folder" : "something else");
  else if (got < 0)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: expected a picture, found that it cannot be opened: %s", path,
                 g_strerror (code));
  return got >= 0;
}

GdkPixbuf *
pz_pixbuf_load (const char *path, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GdkPixbuf) raw = NULL;
  guint8 head[16];
  gsize n_head = sizeof head;

  if (!read_head (path, head, &n_head, error))
    return NULL;
  raw = gdk_pixbuf_new_from_file (path, &reason);
  if (raw == NULL)
    {
      refuse (path, reason, head, n_head, error);
      return NULL;
    }
  return gdk_pixbuf_apply_embedded_orientation (raw);
}

PzImage *
pz_pixbuf_to_image (GdkPixbuf *pixbuf)
{
  /* gdk_pixbuf_read_pixel_bytes () would copy the pixels that a loader made. */
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (gdk_pixbuf_read_pixels (pixbuf),
                                                         gdk_pixbuf_get_byte_length (pixbuf),
                                                         g_object_unref, g_object_ref (pixbuf));

  return pz_image_new_bytes ((guint) gdk_pixbuf_get_width (pixbuf),
                             (guint) gdk_pixbuf_get_height (pixbuf),
                             (guint) gdk_pixbuf_get_n_channels (pixbuf),
                             (gsize) gdk_pixbuf_get_rowstride (pixbuf), bytes);
}

/* Whether the alpha channel is the mask: all pixels have one colour, and some are transparent. */
static gboolean
alpha_is_the_mask (GdkPixbuf *pixbuf)
{
  const guint8 *first = gdk_pixbuf_read_pixels (pixbuf);
  gboolean transparent = FALSE;

  if (!gdk_pixbuf_get_has_alpha (pixbuf))
    return FALSE;
  for (gint y = 0; y < gdk_pixbuf_get_height (pixbuf); y++)
    {
      const guint8 *row = first + (gsize) y * (gsize) gdk_pixbuf_get_rowstride (pixbuf);

      for (gint x = 0; x < gdk_pixbuf_get_width (pixbuf); x++)
        {
          if (memcmp (row + 4 * x, first, 3) != 0)
            return FALSE;
          transparent = transparent || row[4 * x + 3] < 255;
        }
    }
  return transparent;
}

PzImage *
pz_pixbuf_to_mask (GdkPixbuf *pixbuf)
{
  gsize width = (gsize) gdk_pixbuf_get_width (pixbuf);
  gsize height = (gsize) gdk_pixbuf_get_height (pixbuf);
  gsize channels = (gsize) gdk_pixbuf_get_n_channels (pixbuf);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  gboolean use_alpha = alpha_is_the_mask (pixbuf);
  guint8 *mask = g_malloc (width * height);
  g_autoptr (GBytes) bytes = g_bytes_new_take (mask, width * height);

  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      {
        const guint8 *p = pixels + y * stride + x * channels;

        mask[y * width + x] = use_alpha ? p[3] : MAX (MAX (p[0], p[1]), p[2]);
      }
  return pz_image_new_bytes ((guint) width, (guint) height, 1, width, bytes);
}

PzImage *
pz_image_load (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = pz_pixbuf_load (path, error);

  return pixbuf != NULL ? pz_pixbuf_to_image (pixbuf) : NULL;
}

PzImage *
pz_image_load_mask (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = pz_pixbuf_load (path, error);

  return pixbuf != NULL ? pz_pixbuf_to_mask (pixbuf) : NULL;
}

GdkPixbuf *
pz_pixbuf_fit (GdkPixbuf *pixbuf, guint width, guint height)
{
  gint from_width = gdk_pixbuf_get_width (pixbuf), from_height = gdk_pixbuf_get_height (pixbuf);
  double scale = MAX ((double) width / from_width, (double) height / from_height);
  GdkPixbuf *fitted =
    gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (gint) width, (gint) height);

  if (fitted == NULL)
    return NULL;
  gdk_pixbuf_fill (fitted, 0xffffffff);
  gdk_pixbuf_composite (pixbuf, fitted, 0, 0, (gint) width, (gint) height,
                        (width - scale * from_width) / 2, (height - scale * from_height) / 2,
                        scale, scale, GDK_INTERP_BILINEAR, 255);
  return fitted;
}

/* ---- writing ---- */

/* 8-bit RGB, rows without padding; a mask becomes grey. (transfer full) */
static guint8 *
rgb_bytes (const PzImage *image)
{
  const gsize n = (gsize) pz_image_get_width (image) * pz_image_get_height (image);
  g_autofree guint8 *bytes = pz_image_to_bytes (image);
  guint8 *rgb;

  if (pz_image_get_channels (image) == 3)
    return g_steal_pointer (&bytes);
  rgb = g_malloc (3 * n);
  for (gsize i = 0; i < n; i++)
    memset (rgb + 3 * i, bytes[i], 3);
  return rgb;
}

GBytes *
pz_image_to_png (PzImage *image, const PzPngText texts[], guint n_texts, GError **error)
{
  gint width = (gint) pz_image_get_width (image), height = (gint) pz_image_get_height (image);
  guint8 *pixels = rgb_bytes (image);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize) width * (gsize) height * 3);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  char *data;
  gsize n_bytes;

  g_return_val_if_fail (pz_image_get_channels (image) != 4, NULL);

  pixbuf =
    gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, FALSE, 8, width, height, width * 3);
  for (guint i = 0; i < n_texts; i++)
    {
      g_ptr_array_add (keys, g_strdup_printf ("tEXt::%s", texts[i].key));
      g_ptr_array_add (values, (gpointer) texts[i].text);
    }
  g_ptr_array_add (keys, NULL);
  g_ptr_array_add (values, NULL);
  if (!gdk_pixbuf_save_to_bufferv (pixbuf, &data, &n_bytes, "png", (char **) keys->pdata,
                                   (char **) values->pdata, error))
    return NULL;
  return g_bytes_new_take (data, n_bytes);
}
