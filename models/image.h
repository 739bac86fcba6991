/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture as it crosses threads and layers: immutable, reference-counted.
 *
 * Pixels are float, row-major, top row first, channels interleaved ([height, width, channels]),
 * 0..1, sRGB-encoded. 1 channel = a mask (1 = inside), 3 = R'G'B', 4 = R'G'B'A with straight alpha.
 * A picture as large as a file of it may be is kept in 8 bits, or where it came from, and read by rows.
 *
 * Thread: any (immutable after creation); one whose rows come from elsewhere as its function says.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef struct _PzImage PzImage;

/* Takes ownership of pixels (g_malloc'ed, width * height * channels floats). */
PzImage *pz_image_new_take (guint width, guint height, guint channels, float *pixels);
/* Copies. */
PzImage *pz_image_new (guint width, guint height, guint channels, const float *pixels);
/* 8 bits a channel, 0..255 for 0..1, rows of stride_bytes. Takes a reference to bytes. */
PzImage *pz_image_new_bytes (guint width,
                             guint height,
                             guint channels,
                             gsize stride_bytes,
                             GBytes *bytes);
/* Gives n pixels from (x, y) on: [n, channels]. */
typedef void (*PzImageRowFunc) (guint x, guint y, guint n, float *values, gpointer data);
/* Keeps no pixels: `read` is called whenever rows are read, mostly from top to bottom. data must outlive the image. */
PzImage *pz_image_new_rows (guint width,
                            guint height,
                            guint channels,
                            PzImageRowFunc read,
                            gpointer data);
PzImage *pz_image_ref (PzImage *image);
void pz_image_unref (PzImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzImage, pz_image_unref)

guint pz_image_get_width (const PzImage *image);
guint pz_image_get_height (const PzImage *image);
guint pz_image_get_channels (const PzImage *image);
const float *pz_image_get_pixels (const PzImage *image); /* NULL = read it by rows */
/* n pixels from (x, y) on, all in the picture: [n, channels], of any kind. */
void pz_image_read_row (const PzImage *image, guint x, guint y, guint n, float *values);

/* Rectangle of the image; parts outside are 0. (transfer full) */
PzImage *pz_image_crop (const PzImage *image, gint x, gint y, guint width, guint height);

/* R'G'B'(A) to 8 bits a channel, round to nearest, clamped; rows without padding. (transfer full) */
guint8 *pz_image_to_bytes (const PzImage *image);

/* At most max_side on its longer side: each pixel is the mean of those it covers; one that fits is the same. (transfer
 * full) */
PzImage *pz_image_shrink (PzImage *image, guint max_side);

/* Stretched to that size, R'G'B' over white where it is transparent, or one channel: each pixel is the mean of those it covers, or
 * of at most 16x16 among them; one that is smaller is repeated. (transfer full) */
PzImage *pz_image_reduce (const PzImage *image, guint width, guint height);

/* Is any pixel of an RGBA picture not opaque? */
gboolean pz_image_has_transparency (const PzImage *image);

/* 64 hex digits: SHA-256 over size, channels and 8-bit pixels: names a picture in recipes and caches. (transfer full) */
char *pz_image_hash (const PzImage *image);

G_END_DECLS
