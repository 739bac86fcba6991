/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Resolves arguments to pictures: files, and those in folders.
 */
#pragma once

#include <gio/gio.h>

/* Adds the path itself or, for a folder, the files in it with the extension of a picture, sorted by name, without
 * hidden files. Fails with BAD_FILE: nothing is there, or the folder has no picture. */
gboolean pz_picture_list_add (GPtrArray *paths, const char *path, GError **error);

/* The file in a folder with the name of that picture, and the same or another extension. (transfer full), or NULL with
 * BAD_FILE. what: "a mask", for the error. */
char *pz_picture_list_partner (const char *folder,
                               const char *picture,
                               const char *what,
                               GError **error);
