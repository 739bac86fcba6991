/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work in progress on disk: a folder in the user's data folder that only the user can read, with a lock in it that the
 * process holds. The kernel releases the lock when the process ends for any reason, so a folder that no process holds
 * is a leftover.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PzHeldFolder PzHeldFolder;

/* A new folder in gimp-personalize/BASE; NULL if it cannot be created. (transfer full) */
PzHeldFolder *pz_held_folder_new (const char *base);
/* The folders in there that no process holds, oldest first; the caller holds them from now on. (transfer full) array,
 * never NULL; freeing it releases them. */
GPtrArray *pz_held_folder_find (const char *base);

/* The path of a file in the folder. (transfer full) */
char *pz_held_folder_file (const PzHeldFolder *folder, const char *name);

/* Releases the folder, which another process can find then. */
void pz_held_folder_leave (PzHeldFolder *folder);
/* Removes the folder with all its files. */
void pz_held_folder_remove (PzHeldFolder *folder);

G_END_DECLS
