/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that a command makes. They appear complete under their names or not at all, have the permissions that the umask
 * says, and replace nothing unless told so, also when other processes write to the same folder.
 */
#pragma once

#include <gio/gio.h>

/* Tries before the work whether the folder, or the nearest one above it that exists, takes new files. */
gboolean pz_output_check_folder (const char *folder, GError **error);

/* Makes the folder that the file is to lie in, where there is none. */
gboolean pz_output_make_folder (const char *path, GError **error);

/* Whether a file of that name may be written there: its folder as above; refused are what exists unless `force`, and even then links, what is no plain file,
 * and what is read-only. */
gboolean pz_output_check_file (const char *path, gboolean force, GError **error);

/* Writes folder/STEM.SUFFIX, or folder/STEM-2.SUFFIX and so on: the first name that is free. Makes the folder. Returns the path.
 * (transfer full) */
char *pz_output_add (const char *folder,
                     const char *stem,
                     const char *suffix,
                     const void *data,
                     gsize n_bytes,
                     GError **error);

/* Makes a whole file of that path; the errors may name it. */
typedef gboolean (*PzOutputFunc) (const char *path, gpointer data, GError **error);

/* Lets `make` write a file under a hidden name with the same ending, which then becomes `path` with the rules of
 * pz_output_check_file (). Makes its folder. */
gboolean pz_output_make (const char *path,
                         gboolean force,
                         PzOutputFunc make,
                         gpointer data,
                         GError **error);

/* Writes a file of exactly that name, with the rules of pz_output_check_file (). Makes its folder. */
gboolean pz_output_write (const char *path,
                          gboolean force,
                          const void *data,
                          gsize n_bytes,
                          GError **error);
