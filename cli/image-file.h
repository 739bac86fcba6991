/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures from and to files, by gdk-pixbuf.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "models/image.h"

/* Upright as EXIF says. Fails with BAD_FILE naming the file, and the formats that can be read where that is the reason. What is
 * no plain file is refused, for a pipe might never end. (transfer full) */
GdkPixbuf *pz_pixbuf_load (const char *path, GError **error);

/* RGB or RGBA that keeps the pixbuf's bytes. (transfer full) */
PzImage *pz_pixbuf_to_image (GdkPixbuf *pixbuf);

/* One channel: the largest of R, G and B, or the alpha of a picture that has a transparent part and is otherwise of one
 * colour. (transfer full) */
PzImage *pz_pixbuf_to_mask (GdkPixbuf *pixbuf);

/* Both at once: a file's picture, or mask. (transfer full) */
PzImage *pz_image_load (const char *path, GError **error);
PzImage *pz_image_load_mask (const char *path, GError **error);

/* Scaled to cover that size, the middle of it; transparent parts over white. (transfer full) */
GdkPixbuf *pz_pixbuf_fit (GdkPixbuf *pixbuf, guint width, guint height);

/* One text in a PNG. */
typedef struct
{
  const char *key; /* 1 to 79 characters of Latin-1 */
  const char *text; /* UTF-8 */
} PzPngText;

/* An 8-bit RGB PNG of a picture, or of a mask in gray, with these text chunks. (transfer full) */
GBytes *
pz_image_to_png (PzImage *image, const PzPngText texts[], guint n_texts, GError **error);
