/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/file-hash.h"

#include "models/files/byte-source.h"

#define CHUNK_BYTES 65536

char *
pz_file_sha256 (const char *path, GError **error)
{
  g_autoptr (PzByteSource) source = pz_byte_source_open (path, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 chunk[CHUNK_BYTES];

  if (source == NULL)
    return NULL;
  for (guint64 at = 0, n; at < pz_byte_source_get_n_bytes (source); at += n)
    {
      n = MIN (sizeof chunk, pz_byte_source_get_n_bytes (source) - at);
      if (!pz_byte_source_read (source, at, (gsize) n, chunk, error))
        return NULL;
      g_checksum_update (checksum, chunk, (gssize) n);
    }
  return g_strdup (g_checksum_get_string (checksum));
}
