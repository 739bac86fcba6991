/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which pictures are meant: files, and those in folders.
 */
#pragma once

#include <gio/gio.h>

/* Adds the path itself, or of a folder those in it that are called like pictures, by name, hidden ones left out. Fails with BAD_FILE:
 * nothing there, or no picture in the folder. */
gboolean pz_picture_list_add (GPtrArray *paths, const char *path, GError **error);

/* The file of that picture's name in a folder, with its ending or another. (transfer full), or NULL with BAD_FILE. what: "a mask". */
char *pz_picture_list_partner (const char *folder,
                               const char *picture,
                               const char *what,
                               GError **error);
