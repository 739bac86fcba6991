/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture that is passed between threads and layers: immutable and reference-counted.
 *
 * Pixels are float, row-major, top row first, channels interleaved ([height, width, channels]), 0..1, sRGB-encoded. 1 channel =
 * a mask (1 = inside), 3 = R'G'B', 4 = R'G'B'A with straight alpha. Pictures as large as the user's files are kept in 8 bits,
 * or at their source, and are read row by row.
 *
 * Thread: any (immutable after creation); for pz_image_new_rows () the threads that its `read` allows.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef struct _PzImage PzImage;

/* Takes ownership of pixels (g_malloc'ed, width * height * channels floats). */
PzImage *pz_image_new_take (guint width, guint height, guint channels, float *pixels);
/* Copies pixels. */
PzImage *pz_image_new (guint width, guint height, guint channels, const float *pixels);
/* 8 bits per channel, where 0..255 stands for 0..1, in rows of stride_bytes. Takes a reference to bytes. */
PzImage *pz_image_new_bytes (guint width,
                             guint height,
                             guint channels,
                             gsize stride_bytes,
                             GBytes *bytes);
/* Writes n pixels, starting at (x, y), to values [n, channels]. */
typedef void (*PzImageRowFunc) (guint x, guint y, guint n, float *values, gpointer data);
/* Stores no pixels: calls `read` whenever rows are read, mostly from top to bottom. data must outlive the image. */
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
const float *pz_image_get_pixels (const PzImage *image); /* NULL = use read_row () */
/* Reads n pixels, starting at (x, y) and all within the picture, into values [n, channels]. Works for every image. */
void pz_image_read_row (const PzImage *image, guint x, guint y, guint n, float *values);

/* A rectangle of the image; parts outside the image are 0. (transfer full) */
PzImage *pz_image_crop (const PzImage *image, gint x, gint y, guint width, guint height);

/* Converts R'G'B'(A) to 8 bits per channel, rounded to nearest and clamped; rows have no padding. (transfer full) */
guint8 *pz_image_to_bytes (const PzImage *image);

/* Scales the longer side down to max_side; each pixel is the mean of those that it covers. An image that already fits is
 * returned as it is. (transfer full) */
PzImage *pz_image_shrink (PzImage *image, guint max_side);

/* Scales to exactly this size, without keeping the proportions. The result is R'G'B', composited over white, or 1 channel. Each
 * pixel is the mean of those that it covers, or of at most about 16x16 samples among them; when enlarging, pixels are repeated.
 * (transfer full) */
PzImage *pz_image_reduce (const PzImage *image, guint width, guint height);

/* Whether any pixel of an RGBA picture is not opaque. */
gboolean pz_image_has_transparency (const PzImage *image);

/* SHA-256 over size, channels and 8-bit pixels, as 64 hex digits. Identifies a picture in recipes and caches. (transfer
 * full) */
char *pz_image_hash (const PzImage *image);

G_END_DECLS
