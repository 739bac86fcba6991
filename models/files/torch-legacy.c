/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * torch.save before PyTorch 1.6: five pickles (a magic number, a version, the writer's machine, the object, the keys of its
 * storages), followed for each key by the number of elements in 8 bytes and the elements.
 */
#include <string.h>

#include "models/files/tensor-file-private.h"
#include "models/files/torch-file.h"

#define bad_file pz_tensor_file_bad

#define MAGIC_BYTES 15 /* the first pickle, already checked by the caller */
#define VERSION 1001
#define COUNT_BYTES 8
/* The other pickles are short: a few bytes for each key. */
#define MAX_HEAD_BYTES (PZ_PICKLE_MAX_BYTES + 1024u * 1024u)

typedef struct
{
  PzTensorFile *file;
  guint8 *bytes;
  gsize n, at;
} Head;

static PzPickle *
read_pickle (Head *head, GError **error)
{
  gsize n_read;
  PzPickle *pickle = pz_pickle_read (head->file->path, head->bytes + head->at,
                                     head->n - head->at, &n_read, error);

  if (pickle != NULL)
    head->at += n_read;
  return pickle;
}

static gboolean
check_version (Head *head, GError **error)
{
  g_autoptr (PzPickle) pickle = read_pickle (head, error);
  gint64 version;

  if (pickle == NULL)
    return FALSE;
  if (pz_value_get_int (pickle->root, &version) && version == VERSION)
    return TRUE;
  return bad_file (head->file, error, "version %d of the old torch container expected",
                   VERSION);
}

static gboolean
read_byte_order (Head *head, gboolean *is_big_endian, GError **error)
{
  g_autoptr (PzPickle) pickle = read_pickle (head, error);
  gint64 is_little;

  if (pickle == NULL)
    return FALSE;
  if (!pz_value_get_int (pz_value_lookup (pickle->root, "little_endian"), &is_little))
    return bad_file (head->file, error, "little_endian expected in its third pickle");
  *is_big_endian = !is_little;
  return TRUE;
}

/* The storages are stored one after the other, in the order of their keys. Fails if the file is too short for one of them.
 * Storages without a key are not located. */
static gboolean
place_storages (Head *head, const PzPickle *object, gboolean is_big_endian, GError **error)
{
  g_autoptr (PzPickle) keys = read_pickle (head, error);
  PzByteSource *source = head->file->bytes;
  guint64 at = head->at;

  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < pz_value_get_n_items (keys->root); i++)
    {
      const char *key = pz_value_get_string (pz_value_get_item (keys->root, i));
      PzPickleStorage *storage = key != NULL ? g_hash_table_lookup (object->by_key, key) : NULL;
      guint64 n, n_bytes;

      if (storage == NULL || storage->source != NULL)
        return bad_file (head->file, error, "storage %s: no tensor uses it, or it comes twice",
                         key != NULL ? key : "without a name");
      if (!pz_byte_source_read (source, at, COUNT_BYTES, &n, error))
        return FALSE;
      n = is_big_endian ? GUINT64_FROM_BE (n) : GUINT64_FROM_LE (n);
      at += COUNT_BYTES;
      if (!g_uint64_checked_mul (&n_bytes, n, pz_file_dtype_bytes (storage->dtype))
          || n_bytes > head->file->file_bytes - at)
        return bad_file (head->file, error,
                         "storage %s: %" G_GUINT64_FORMAT
                         " elements announced, but only %" G_GUINT64_FORMAT
                         " bytes follow: truncated?",
                         key, n, head->file->file_bytes - at);
      storage->source = source;
      storage->offset_bytes = at;
      storage->n_bytes = n_bytes;
      at += n_bytes;
    }
  return TRUE;
}

static gboolean
parse (Head *head, GError **error)
{
  g_autoptr (PzPickle) object = NULL;
  gboolean is_big_endian = FALSE;

  if (!check_version (head, error) || !read_byte_order (head, &is_big_endian, error))
    return FALSE;
  object = read_pickle (head, error);
  return object != NULL && place_storages (head, object, is_big_endian, error)
         && pz_torch_take_pickle (head->file, g_steal_pointer (&object), is_big_endian, error);
}

gboolean
pz_torch_legacy_parse (PzTensorFile *file, GError **error)
{
  const gsize n = MIN (file->file_bytes, MAX_HEAD_BYTES);
  g_autofree guint8 *bytes = g_malloc (n);
  Head head = { .file = file, .bytes = bytes, .n = n, .at = MAGIC_BYTES };

  if (n < MAGIC_BYTES)
    return bad_file (file, error, "it ends within its first pickle: truncated?");
  return pz_byte_source_read (file->bytes, 0, n, bytes, error) && parse (&head, error);
}
