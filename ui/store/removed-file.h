/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file or folder of the user's that was removed and can be brought back: it lies in the trash or, on a disk without one,
 * in a private folder until this is freed.
 *
 * All of it may block. Thread: any, one at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PzRemovedFile PzRemovedFile;

/* Removes it. Fails as GIO does, and then it is where it was. (transfer full) */
PzRemovedFile *pz_removed_file_new (const char *path, GError **error);
/* What is only held is gone then. */
void pz_removed_file_free (PzRemovedFile *removed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRemovedFile, pz_removed_file_free)

gboolean pz_removed_file_is_in_trash (const PzRemovedFile *removed);
/* Where it was. (transfer none) */
const char *pz_removed_file_get_path (const PzRemovedFile *removed);

/* Fails with G_IO_ERROR_EXISTS where something else has its name now, NOT_FOUND where the trash was emptied. Once. */
gboolean pz_removed_file_restore (PzRemovedFile *removed, GError **error);

G_END_DECLS
