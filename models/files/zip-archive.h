/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries of a zip archive as sources of bytes, over libzip. Stored entries are read by range;
 * deflated ones are unpacked from their beginning up to the range, without keeping anything.
 * Thread: any.
 */
#pragma once

#include "models/files/byte-source.h"

G_BEGIN_DECLS

#define PZ_ZIP_MAX_ENTRIES 200000u
/* Weights shrink by half at best; what grows more than this when unpacked is no honest file. */
#define PZ_ZIP_MAX_RATIO 100u
/* A place within a deflated entry is reached by unpacking what stands before it. As often as this the
 * whole archive may be unpacked for that; networks are read from the front and need it once. */
#define PZ_ZIP_MAX_TIMES 16u

/* Reference-counted; its sources hold it. */
typedef struct _PzZipArchive PzZipArchive;

/* Reads the directory. `file` is one made by pz_byte_source_open (). Returns (transfer full), or
 * NULL with BAD_FILE: damaged, encrypted, packed by a method other than deflate, entries that
 * share bytes, or that would unpack to far more than the file. */
PzZipArchive *pz_zip_archive_open (PzByteSource *file, GError **error);
PzZipArchive *pz_zip_archive_ref (PzZipArchive *archive);
void pz_zip_archive_unref (PzZipArchive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzZipArchive, pz_zip_archive_unref)

guint pz_zip_archive_get_n_entries (const PzZipArchive *archive);
/* (transfer none) */
const char *pz_zip_archive_get_name (const PzZipArchive *archive, guint index);
/* FALSE if there is none of that name. */
gboolean pz_zip_archive_find (const PzZipArchive *archive, const char *name, guint *index);
/* (transfer full) */
PzByteSource *pz_zip_archive_get_entry (PzZipArchive *archive, guint index);

G_END_DECLS
