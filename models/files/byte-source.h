/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A source of bytes that is read by range, never as a whole: a file, or one entry of an archive.
 * Thread: any; several threads may read one source.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* Reference-counted. */
typedef struct _PzByteSource PzByteSource;

/* Opens a regular file. Returns (transfer full), or NULL with BAD_FILE. */
PzByteSource *pz_byte_source_open (const char *path, GError **error);
void pz_byte_source_unref (PzByteSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzByteSource, pz_byte_source_unref)

/* For messages. */
const char *pz_byte_source_get_path (const PzByteSource *source);
guint64 pz_byte_source_get_n_bytes (const PzByteSource *source);

/* Reads n bytes starting at offset. Blocks. Fails with BAD_FILE (fewer bytes: the file was truncated or is damaged) or
 * G_IO_ERROR. */
gboolean pz_byte_source_read (PzByteSource *source,
                              guint64 offset,
                              gsize n,
                              gpointer data,
                              GError **error);

/* ---- for implementations of other kinds ---- */

typedef struct
{
  gboolean (*read) (PzByteSource *source,
                    guint64 offset,
                    gsize n,
                    gpointer data,
                    GError **error);
  void (*clear) (PzByteSource *source);
} PzByteSourceClass;

struct _PzByteSource
{
  const PzByteSourceClass *klass;
  gatomicrefcount refs;
  char *path;
  guint64 n_bytes;
};

/* Allocates zeroed memory for a struct whose first member is a PzByteSource. (transfer full) */
gpointer pz_byte_source_new (const PzByteSourceClass *klass,
                             gsize size,
                             const char *path,
                             guint64 n_bytes);

/* Whether pz_byte_source_open () made it, so that reading any range costs the same. */
gboolean pz_byte_source_is_file (const PzByteSource *source);

/* The file descriptor of a source made by pz_byte_source_open (). */
int pz_byte_source_get_fd (const PzByteSource *source);

G_END_DECLS
