/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file or folder of the user that was removed and can be restored. It is in the trash or, on a disk without one, in a
 * private folder until this is freed. Only regular files are kept in the private folder.
 *
 * All functions may block. Thread: any, one at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PzRemovedFile PzRemovedFile;

/* Removes the file. Fails as GIO does, and then the file is still in its place. (transfer full) */
PzRemovedFile *pz_removed_file_new (const char *path, GError **error);
/* Permanently deletes a file in the private folder. */
void pz_removed_file_free (PzRemovedFile *removed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRemovedFile, pz_removed_file_free)

gboolean pz_removed_file_is_in_trash (const PzRemovedFile *removed);
/* The original path. (transfer none) */
const char *pz_removed_file_get_path (const PzRemovedFile *removed);

/* Fails with G_IO_ERROR_EXISTS if something else has its name now, NOT_FOUND if the trash was emptied. Works once. */
gboolean pz_removed_file_restore (PzRemovedFile *removed, GError **error);

G_END_DECLS
