/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result as one PNG file: 8-bit R'G'B', with the recipe in a text chunk "recipe". Written completely or not at all.
 * Thread: any.
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

/* image: 3 channels, or 1, which is written as grey. recipe NULL = none. Fails with G_IO_ERROR or G_FILE_ERROR. */
gboolean pz_picture_file_save (const char *path,
                               const PzImage *image,
                               const char *recipe,
                               GError **error);

/* Reads a picture of the user, with the EXIF orientation applied: 3 channels, and the alpha channel as the mask. mask:
 * (out) (transfer full), NULL if nothing is transparent. A large picture is scaled down to PZ_MAX_CROP on its longer
 * side. (transfer full); fails with G_FILE_ERROR, or with PZ_HOST_ERROR_BAD_PICTURE for a file that is no picture. */
PzImage *pz_picture_file_open (const char *path, PzImage **mask, GError **error);

/* Reads a saved mask: 1 channel. (transfer full); fails like gdk-pixbuf. */
PzImage *pz_picture_file_load_mask (const char *path, GError **error);

/* Reads a saved picture: 3 channels. recipe: (out) (optional) (transfer full), NULL if the file has none. (transfer
 * full); fails like gdk-pixbuf. */
PzImage *pz_picture_file_load (const char *path, char **recipe, GError **error);

G_END_DECLS
