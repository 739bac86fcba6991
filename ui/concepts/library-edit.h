/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes to the files of a library; each change is made completely or not at all. Error messages are translated
 * sentences for the user; the domain is G_IO_ERROR.
 *
 * All functions may block. Thread: any.
 */
#pragma once

#include "ui/concepts/library.h"

G_BEGIN_DECLS

/* Copies the file of a concept, or of something learned, to the folder where the program looks for such files, under a
 * free name; a file that is already in that folder is left as it is. Returns its path. Fails with INVALID_DATA if it is
 * neither. (transfer full) */
char *pz_library_import (const char *path, GError **error);

/* Renames an item whose `renames` is TRUE and returns its new path. Fails with EXISTS if the name is taken. (transfer
 * full) */
char *pz_library_rename (const PzLibraryItem *item, const char *name, GError **error);

/* Writes a concept in the format of the extension of `to`, see pz_concept_export (). */
gboolean pz_library_export (const char *path, const char *to, GError **error);
/* The extension of the format that suits the concept. (transfer none), or NULL if it cannot be read. */
const char *pz_library_suggest_ending (const char *path, GError **error);

G_END_DECLS
