/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes of the files behind a library: each is done whole or not at all. The messages of errors are translated sentences for
 * people; the domain is G_IO_ERROR.
 *
 * All of it may block. Thread: any.
 */
#pragma once

#include "ui/concepts/library.h"

G_BEGIN_DECLS

/* Copies a file of a concept or of something learned to where the program looks for those, under a name that is free there; where it is
 * there already it stays as it is. Returns its path. Fails with INVALID_DATA: it is neither. (transfer full) */
char *pz_library_import (const char *path, GError **error);

/* Gives an item whose `renames` is TRUE another name; returns its path, which is another. Fails with EXISTS: something is called so.
 * (transfer full) */
char *pz_library_rename (const PzLibraryItem *item, const char *name, GError **error);

/* Writes a concept in the format that the ending of `to` says, see pz_concept_export (). */
gboolean pz_library_export (const char *path, const char *to, GError **error);
/* The ending of the format that suits it. (transfer none), or NULL: it cannot be read. */
const char *pz_library_suggest_ending (const char *path, GError **error);

G_END_DECLS
