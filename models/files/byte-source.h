/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes that are read by range and never all at once: a file, or one entry of an archive.
 * Thread: any; one source may be read from several threads.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* Reference-counted. */
typedef struct _PzByteSource PzByteSource;

/* A regular file. Returns (transfer full), or NULL with BAD_FILE. */
PzByteSource *pz_byte_source_open (const char *path, GError **error);
void pz_byte_source_unref (PzByteSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzByteSource, pz_byte_source_unref)

/* For messages. */
const char *pz_byte_source_get_path (const PzByteSource *source);
guint64 pz_byte_source_get_n_bytes (const PzByteSource *source);

/* Reads n bytes from offset on. Blocks. Fails with BAD_FILE (there are fewer: the file became
 * shorter, or is damaged) or G_IO_ERROR. */
gboolean pz_byte_source_read (PzByteSource *source,
                              guint64 offset,
                              gsize n,
                              gpointer data,
                              GError **error);

/* ---- for those who make other kinds ---- */

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

/* Zeroed memory for a struct that begins with a PzByteSource. (transfer full) */
gpointer pz_byte_source_new (const PzByteSourceClass *klass,
                             gsize size,
                             const char *path,
                             guint64 n_bytes);

/* Made by pz_byte_source_open (): any part of it is as easily read as any other. */
gboolean pz_byte_source_is_file (const PzByteSource *source);

/* The descriptor of a source made by pz_byte_source_open (). */
int pz_byte_source_get_fd (const PzByteSource *source);

G_END_DECLS
