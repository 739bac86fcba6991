/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work in progress on disk: a folder below the user's data folder, readable by the user alone, with a lock in it that the
 * process holds. The kernel lets go of the lock when the process ends, however it ends: a folder that nobody holds is what
 * somebody left behind.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PzHeldFolder PzHeldFolder;

/* A new folder in gimp-personalize/BASE; NULL when none can be made. (transfer full) */
PzHeldFolder *pz_held_folder_new (const char *base);
/* Those in there that nobody holds, oldest first; they are held from now on. (transfer full) array, never NULL, whose
 * elements are let go of when it is freed. */
GPtrArray *pz_held_folder_find (const char *base);

/* A path in it. (transfer full) */
char *pz_held_folder_file (const PzHeldFolder *folder, const char *name);

/* Lets go of it; somebody else finds it. */
void pz_held_folder_leave (PzHeldFolder *folder);
/* With all that is in it. */
void pz_held_folder_remove (PzHeldFolder *folder);

G_END_DECLS
