/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodes and decodes small pictures as PNG in memory: thumbnails, curves. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* Larger pictures are not decoded. */
#define PZ_PNG_MAX_SIDE 1024

/* image: RGB or RGBA (alpha is written too). (transfer full), or NULL with G_IO_ERROR. */
GBytes *pz_png_encode (const PzImage *image, GError **error);

/* Returns RGB. (transfer full), or NULL with BAD_FILE: not a PNG, or larger than PZ_PNG_MAX_SIDE. */
PzImage *pz_png_decode (gconstpointer data, gsize n_bytes, GError **error);

G_END_DECLS
