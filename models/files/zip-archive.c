/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/zip-archive.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

/* Small archives may contain a few tensors of zeros, which compress much better. */
#define ALWAYS_ALLOWED_BYTES (64u * 1024u * 1024u)
#define SKIP_BYTES 65536

typedef struct
{
  const char *name; /* owned by libzip */
  guint64 n_bytes;
  gboolean is_stored;
} Entry;

struct _PzZipArchive
{
  gatomicrefcount refs;
  GMutex lock; /* libzip is not thread-safe */
  char *path;
  zip_t *zip;
  GArray *entries; /* Entry */
  GHashTable *by_name; /* name -> index */
  guint64 skipped_bytes, most_skipped_bytes; /* unpacked only to reach later bytes */

  /* The one entry that is open, and the position reached in it. */
  zip_file_t *current;
  guint current_index;
  guint64 position;
};

typedef struct
{
  PzByteSource base;
  PzZipArchive *archive;
  guint index;
} EntrySource;

G_GNUC_PRINTF (3, 4)
static gboolean
bad_file (const PzZipArchive *archive, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", archive->path, what);
  return FALSE;
}

/* ---- the directory ---- */

static gboolean
read_entry (PzZipArchive *archive, guint index, guint64 *packed_bytes, GError **error)
{
  const zip_uint64_t wanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE
                              | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  zip_stat_t status;
  Entry entry;

  if (zip_stat_index (archive->zip, index, 0, &status) != 0
      || (status.valid & wanted) != wanted)
    return bad_file (archive, error, "entry %u of the archive is damaged", index);
  if (status.encryption_method != ZIP_EM_NONE)
    return bad_file (archive, error, "%s: it is encrypted", status.name);
  if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE)
    return bad_file (archive, error, "%s: stored or deflated expected, found zip method %u",
                     status.name, status.comp_method);
  entry = (Entry) { status.name, status.size, status.comp_method == ZIP_CM_STORE };
  if (entry.is_stored && status.size != status.comp_size)
    return bad_file (archive, error, "%s: a stored entry with two sizes", status.name);
  if (!g_hash_table_insert (archive->by_name, (gpointer) status.name, GUINT_TO_POINTER (index)))
    return bad_file (archive, error, "%s: two entries of this name", status.name);
  g_array_append_val (archive->entries, entry);
  *packed_bytes = status.comp_size;
  return TRUE;
}

static gboolean
read_directory (PzZipArchive *archive, guint64 file_bytes, GError **error)
{
  const zip_int64_t n = zip_get_num_entries (archive->zip, 0);
  guint64 packed = 0, unpacked = 0, most;

  if (n < 0 || n > PZ_ZIP_MAX_ENTRIES)
    return bad_file (archive, error,
                     "at most %u entries expected in the archive, %" G_GINT64_FORMAT " found",
                     PZ_ZIP_MAX_ENTRIES, (gint64) n);
  for (guint i = 0; i < n; i++)
    {
      guint64 packed_now = 0;

      if (!read_entry (archive, i, &packed_now, error))
        return FALSE;
      if (!g_uint64_checked_add (&packed, packed, packed_now) || packed > file_bytes)
        return bad_file (archive, error,
                         "%s: the entries up to this one have more bytes than the file: they "
                         "overlap, or it is truncated",
                         pz_zip_archive_get_name (archive, i));
      if (!g_uint64_checked_add (&unpacked, unpacked,
                                 g_array_index (archive->entries, Entry, i).n_bytes))
        unpacked = G_MAXUINT64;
    }
  most = MIN (file_bytes, G_MAXUINT64 / 2 / PZ_ZIP_MAX_RATIO) * PZ_ZIP_MAX_RATIO
         + ALWAYS_ALLOWED_BYTES;
  archive->most_skipped_bytes = MIN (unpacked, most) * PZ_ZIP_MAX_TIMES + ALWAYS_ALLOWED_BYTES;
  if (unpacked > most)
    return bad_file (archive, error,
                     "unpacked it would be %" G_GUINT64_FORMAT
                     " bytes, at most %" G_GUINT64_FORMAT
                     " expected of a file of %" G_GUINT64_FORMAT,
                     unpacked, most, file_bytes);
  return TRUE;
}

/* libzip closes the descriptor that it gets, so it gets a duplicate. */
static zip_t *
open_zip (PzByteSource *file, GError **error)
{
  const int fd = fcntl (pz_byte_source_get_fd (file), F_DUPFD_CLOEXEC, 0);
  int code = ZIP_ER_OPEN;
  zip_t *zip = fd >= 0 ? zip_fdopen (fd, 0, &code) : NULL;
  zip_error_t reason;

  if (zip != NULL)
    return zip;
  if (fd >= 0)
    close (fd);
  zip_error_init_with_code (&reason, code);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: a damaged zip archive: %s: truncated?",
               pz_byte_source_get_path (file), zip_error_strerror (&reason));
  zip_error_fini (&reason);
  return NULL;
}

PzZipArchive *
pz_zip_archive_open (PzByteSource *file, GError **error)
{
  g_autoptr (PzZipArchive) archive = NULL;
  zip_t *zip = open_zip (file, error);

  if (zip == NULL)
    return NULL;
  archive = g_new0 (PzZipArchive, 1);
  g_atomic_ref_count_init (&archive->refs);
  g_mutex_init (&archive->lock);
  archive->path = g_strdup (pz_byte_source_get_path (file));
  archive->zip = zip;
  archive->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  archive->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  if (!read_directory (archive, pz_byte_source_get_n_bytes (file), error))
    return NULL;
  return g_steal_pointer (&archive);
}

PzZipArchive *
pz_zip_archive_ref (PzZipArchive *archive)
{
  g_atomic_ref_count_inc (&archive->refs);
  return archive;
}

void
pz_zip_archive_unref (PzZipArchive *archive)
{
  if (archive == NULL || !g_atomic_ref_count_dec (&archive->refs))
    return;
  g_clear_pointer (&archive->current, zip_fclose);
  zip_discard (archive->zip);
  g_array_unref (archive->entries);
  g_hash_table_unref (archive->by_name);
  g_mutex_clear (&archive->lock);
  g_free (archive->path);
  g_free (archive);
}

guint
pz_zip_archive_get_n_entries (const PzZipArchive *archive)
{
  return archive->entries->len;
}

const char *
pz_zip_archive_get_name (const PzZipArchive *archive, guint index)
{
  return g_array_index (archive->entries, Entry, index).name;
}

gboolean
pz_zip_archive_find (const PzZipArchive *archive, const char *name, guint *index)
{
  gpointer found;

  if (!g_hash_table_lookup_extended (archive->by_name, name, NULL, &found))
    return FALSE;
  *index = GPOINTER_TO_UINT (found);
  return TRUE;
}

/* ---- the bytes of an entry ---- */

static gboolean
fail_read (const PzZipArchive *archive, guint index, GError **error)
{
  const char *reason = archive->current != NULL ? zip_file_strerror (archive->current)
                                                : zip_strerror (archive->zip);

  return bad_file (archive, error, "%s: cannot read: %s",
                   pz_zip_archive_get_name (archive, index), reason);
}

/* Stored entries are read raw, without their checksums, which PyTorch may omit. */
static gboolean
open_entry (PzZipArchive *archive, guint index, GError **error)
{
  const Entry *entry = &g_array_index (archive->entries, Entry, index);

  g_clear_pointer (&archive->current, zip_fclose);
  archive->current =
    zip_fopen_index (archive->zip, index, entry->is_stored ? ZIP_FL_COMPRESSED : 0);
  archive->current_index = index;
  archive->position = 0;
  return archive->current != NULL || fail_read (archive, index, error);
}

static gboolean
read_on (PzZipArchive *archive, gsize n, guint8 *data, GError **error)
{
  while (n > 0)
    {
      const zip_int64_t got = zip_fread (archive->current, data, n);

      if (got < 0)
        return fail_read (archive, archive->current_index, error);
      if (got == 0)
        return bad_file (archive, error, "%s: it ends early: truncated, or damaged",
                         pz_zip_archive_get_name (archive, archive->current_index));
      archive->position += (guint64) got;
      data += got;
      n -= (gsize) got;
    }
  return TRUE;
}

/* libzip compares the checksum when it is asked for data after the last byte. */
static gboolean
check_end (PzZipArchive *archive, GError **error)
{
  const Entry *entry = &g_array_index (archive->entries, Entry, archive->current_index);
  guint8 more;
  zip_int64_t got;

  if (entry->is_stored || archive->position < entry->n_bytes)
    return TRUE;
  got = zip_fread (archive->current, &more, sizeof more);
  if (got < 0)
    return fail_read (archive, archive->current_index, error);
  return got == 0
         || bad_file (archive, error,
                      "%s: it unpacks to more than the %" G_GUINT64_FORMAT " bytes announced",
                      entry->name, entry->n_bytes);
}

/* For a deflated entry: unpacks up to the offset. */
static gboolean
skip_to (PzZipArchive *archive, guint64 offset, GError **error)
{
  guint8 skipped[SKIP_BYTES];

  archive->skipped_bytes += offset - archive->position;
  if (archive->skipped_bytes > archive->most_skipped_bytes)
    return bad_file (
      archive, error,
      "%s: its tensors lie so that it would be unpacked more than %u times over: "
      "stored entries expected",
      pz_zip_archive_get_name (archive, archive->current_index), PZ_ZIP_MAX_TIMES);
  while (archive->position < offset)
    if (!read_on (archive, MIN (offset - archive->position, sizeof skipped), skipped, error))
      return FALSE;
  return TRUE;
}

static gboolean
go_to (PzZipArchive *archive, guint index, guint64 offset, GError **error)
{
  const gboolean is_stored = g_array_index (archive->entries, Entry, index).is_stored;

  if (archive->current == NULL || archive->current_index != index
      || (!is_stored && offset < archive->position))
    if (!open_entry (archive, index, error))
      return FALSE;
  if (is_stored && offset != archive->position)
    {
      if (zip_fseek (archive->current, (zip_int64_t) offset, SEEK_SET) != 0)
        return fail_read (archive, index, error);
      archive->position = offset;
    }
  return skip_to (archive, offset, error);
}

static gboolean
read_source (PzByteSource *source, guint64 offset, gsize n, gpointer data, GError **error)
{
  EntrySource *entry = (EntrySource *) source;
  PzZipArchive *archive = entry->archive;
  gboolean good;

  g_mutex_lock (&archive->lock);
  good = go_to (archive, entry->index, offset, error) && read_on (archive, n, data, error)
         && check_end (archive, error);
  if (!good)
    g_clear_pointer (&archive->current, zip_fclose);
  g_mutex_unlock (&archive->lock);
  return good;
}

static void
clear_source (PzByteSource *source)
{
  pz_zip_archive_unref (((EntrySource *) source)->archive);
}

static const PzByteSourceClass entry_class = { read_source, clear_source };

PzByteSource *
pz_zip_archive_get_entry (PzZipArchive *archive, guint index)
{
  const Entry *entry = &g_array_index (archive->entries, Entry, index);
  EntrySource *source =
    pz_byte_source_new (&entry_class, sizeof *source, archive->path, entry->n_bytes);

  source->archive = pz_zip_archive_ref (archive);
  source->index = index;
  return &source->base;
}
