/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures from and to files, by gdk-pixbuf.
 */
#pragma once

#include "models/image.h"

/* RGB or RGBA, EXIF orientation applied. Fails with BAD_FILE naming the file. (transfer full) */
PzImage *pz_image_load (const char *path, GError **error);

/* A mask file as one channel: its luminance, or its alpha where it has a transparent part and is otherwise of one
 * colour; values above 0 count as inside (1). (transfer full) */
PzImage *pz_image_load_mask (const char *path, GError **error);

/* 8-bit RGB PNG with one text chunk (key, UTF-8 text), written to a temporary file beside it and renamed, so
 * that `path` is complete or not there. */
gboolean pz_image_save_png (PzImage *image,
                            const char *path,
                            const char *key,
                            const char *text,
                            GError **error);
