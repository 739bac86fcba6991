/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries of a zip archive as byte sources, using libzip. Stored entries are read by range; deflated entries are unpacked from
 * their start up to the requested range, without keeping the data.
 * Thread: any.
 */
#pragma once

#include "models/files/byte-source.h"

G_BEGIN_DECLS

#define PZ_ZIP_MAX_ENTRIES 200000u
/* Compression halves weights at best; a file that grows by more than this factor is not genuine and is refused. */
#define PZ_ZIP_MAX_RATIO 100u
/* A position in a deflated entry is reached by unpacking everything before it. This may unpack the whole archive at most this
 * many times; networks are read from the start and need it once. */
#define PZ_ZIP_MAX_TIMES 16u

/* Reference-counted; its sources hold references. */
typedef struct _PzZipArchive PzZipArchive;

/* Reads the directory. `file` must come from pz_byte_source_open (). Returns (transfer full), or NULL with BAD_FILE: damaged,
 * encrypted, compressed by a method other than deflate, entries that overlap, or that would unpack to far more than the
 * file. */
PzZipArchive *pz_zip_archive_open (PzByteSource *file, GError **error);
PzZipArchive *pz_zip_archive_ref (PzZipArchive *archive);
void pz_zip_archive_unref (PzZipArchive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzZipArchive, pz_zip_archive_unref)

guint pz_zip_archive_get_n_entries (const PzZipArchive *archive);
/* (transfer none) */
const char *pz_zip_archive_get_name (const PzZipArchive *archive, guint index);
/* FALSE if there is no entry of that name. */
gboolean pz_zip_archive_find (const PzZipArchive *archive, const char *name, guint *index);
/* (transfer full) */
PzByteSource *pz_zip_archive_get_entry (PzZipArchive *archive, guint index);

G_END_DECLS
