/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result as one PNG file: 8-bit R'G'B' and the recipe as a text chunk "recipe". Written whole or not at all.
 * Thread: any.
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

/* image: 3 channels, or 1, which becomes gray. recipe NULL = the file has none. Fails with G_IO_ERROR or G_FILE_ERROR. */
gboolean pz_picture_file_save (const char *path,
                               const PzImage *image,
                               const char *recipe,
                               GError **error);

/* A picture of the user's own, the right way up: 3 channels, and as the mask what is not transparent; mask: (out) (transfer
 * full), NULL where nothing is transparent. A large one is averaged down to PZ_MAX_CROP on its longer side. (transfer full); fails like
 * gdk-pixbuf. */
PzImage *pz_picture_file_open (const char *path, PzImage **mask, GError **error);

/* 1 channel: a mask that was saved. (transfer full); fails like gdk-pixbuf. */
PzImage *pz_picture_file_load_mask (const char *path, GError **error);

/* 3 channels. recipe: (out) (optional) (transfer full), NULL when the file has none. (transfer full); fails like
 * gdk-pixbuf. */
PzImage *pz_picture_file_load (const char *path, char **recipe, GError **error);

G_END_DECLS
