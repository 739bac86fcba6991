/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the files of a command. They appear complete under their names or not at all, have the permissions of the
 * umask, and replace nothing unless requested, even if other processes write to the same folder.
 */
#pragma once

#include <gio/gio.h>

/* Checks before the work, by a test file, that new files can be written to the folder or to its nearest existing
 * parent. */
gboolean pz_output_check_folder (const char *folder, GError **error);

/* Creates the folder of the file if it does not exist. */
gboolean pz_output_make_folder (const char *path, GError **error);

/* Checks whether a file of that name may be written: its folder as above. Refuses an existing file unless `force`, and
 * always a link, anything but a regular file, and a read-only file. */
gboolean pz_output_check_file (const char *path, gboolean force, GError **error);

/* Writes folder/STEM.SUFFIX, or folder/STEM-2.SUFFIX and so on: the first name that is free. Creates the folder.
 * Returns the path. (transfer full) */
char *pz_output_add (const char *folder,
                     const char *stem,
                     const char *suffix,
                     const void *data,
                     gsize n_bytes,
                     GError **error);

/* Writes a complete file at that path; its errors may name the path. */
typedef gboolean (*PzOutputFunc) (const char *path, gpointer data, GError **error);

/* Lets `make` write a file under a hidden name with the same extension, and then renames it to `path` by the rules of
 * pz_output_check_file (). Creates the folder. */
gboolean pz_output_make (const char *path,
                         gboolean force,
                         PzOutputFunc make,
                         gpointer data,
                         GError **error);

/* Writes a file of exactly that name, by the rules of pz_output_check_file (). Creates the folder. */
gboolean pz_output_write (const char *path,
                          gboolean force,
                          const void *data,
                          gsize n_bytes,
                          GError **error);
