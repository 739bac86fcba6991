/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads and writes picture files with gdk-pixbuf.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "models/image.h"

/* Reads a picture and applies its EXIF orientation. Fails with BAD_FILE naming the file, and also the formats that can
 * be read if the format is the reason. Refuses anything but a regular file, because a pipe might never end. (transfer
 * full) */
GdkPixbuf *pz_pixbuf_load (const char *path, GError **error);

/* RGB or RGBA. Shares the pixbuf's bytes and keeps them alive. (transfer full) */
PzImage *pz_pixbuf_to_image (GdkPixbuf *pixbuf);

/* One channel: the largest of R, G and B; or alpha, if the picture has a transparent part and is otherwise of one
 * colour. (transfer full) */
PzImage *pz_pixbuf_to_mask (GdkPixbuf *pixbuf);

/* Both in one call: load a file as a picture, or as a mask. (transfer full) */
PzImage *pz_image_load (const char *path, GError **error);
PzImage *pz_image_load_mask (const char *path, GError **error);

/* Scales the picture to cover that size and crops it around its centre; transparent parts become white. (transfer full) */
GdkPixbuf *pz_pixbuf_fit (GdkPixbuf *pixbuf, guint width, guint height);

/* One text chunk of a PNG. */
typedef struct
{
  const char *key; /* 1 to 79 characters of Latin-1 */
  const char *text; /* UTF-8 */
} PzPngText;

/* An 8-bit RGB PNG of a picture, or of a mask in grey, with these text chunks. (transfer full) */
GBytes *
pz_image_to_png (PzImage *image, const PzPngText texts[], guint n_texts, GError **error);
