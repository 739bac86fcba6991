/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes pickle protocol 2, with the opcodes documented in Python's pickletools. The arguments of
 * torch._utils._rebuild_tensor_v2 are those in the files of torch.save.
 */
#include "models/files/torch-write.h"

#include <string.h>
#include <zip.h>

#define ROOT "archive/"

struct _PzTorchWriter
{
  GByteArray *pickle;
  GPtrArray *storages; /* of GBytes, little-endian floats */
};

PzTorchWriter *
pz_torch_writer_new (void)
{
  static const guint8 protocol[] = { 0x80, 2 };
  PzTorchWriter *writer = g_new0 (PzTorchWriter, 1);

  writer->pickle = g_byte_array_new ();
  writer->storages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_byte_array_append (writer->pickle, protocol, sizeof protocol);
  return writer;
}

void
pz_torch_writer_free (PzTorchWriter *writer)
{
  if (writer == NULL)
    return;
  g_byte_array_unref (writer->pickle);
  g_ptr_array_unref (writer->storages);
  g_free (writer);
}

guint
pz_torch_writer_add_storage (PzTorchWriter *writer, const float *values, gsize n)
{
  guint32 *bits = g_new (guint32, n);

  memcpy (bits, values, n * sizeof *bits);
  for (gsize i = 0; i < n; i++)
    bits[i] = GUINT32_TO_LE (bits[i]);
  g_ptr_array_add (writer->storages, g_bytes_new_take (bits, n * sizeof *bits));
  return writer->storages->len - 1;
}

/* ---- the pickle ---- */

static void
put (PzTorchWriter *writer, const char *opcodes)
{
  g_byte_array_append (writer->pickle, (const guint8 *) opcodes, (guint) strlen (opcodes));
}

static void
put_u32 (PzTorchWriter *writer, guint32 value)
{
  const guint32 little = GUINT32_TO_LE (value);

  g_byte_array_append (writer->pickle, (const guint8 *) &little, sizeof little);
}

void
pz_torch_writer_begin_dict (PzTorchWriter *writer)
{
  put (writer, "}("); /* EMPTY_DICT, MARK */
}

void
pz_torch_writer_end_dict (PzTorchWriter *writer)
{
  put (writer, "u"); /* SETITEMS */
}

void
pz_torch_writer_begin_list (PzTorchWriter *writer)
{
  put (writer, "]("); /* EMPTY_LIST, MARK */
}

void
pz_torch_writer_end_list (PzTorchWriter *writer)
{
  put (writer, "e"); /* APPENDS */
}

void
pz_torch_writer_string (PzTorchWriter *writer, const char *text)
{
  put (writer, "X"); /* BINUNICODE */
  put_u32 (writer, (guint32) strlen (text));
  put (writer, text);
}

void
pz_torch_writer_int (PzTorchWriter *writer, gint32 value)
{
  put (writer, "J"); /* BININT */
  put_u32 (writer, (guint32) value);
}

void
pz_torch_writer_none (PzTorchWriter *writer)
{
  put (writer, "N");
}

static void
put_tuple (PzTorchWriter *writer, guint n, const guint64 values[])
{
  put (writer, "(");
  for (guint i = 0; i < n; i++)
    pz_torch_writer_int (writer, (gint32) values[i]);
  put (writer, "t");
}

void
pz_torch_writer_tensor (PzTorchWriter *writer,
                        guint storage,
                        guint n_dims,
                        const guint64 dims[])
{
  const gsize n_bytes = g_bytes_get_size (writer->storages->pdata[storage]);
  g_autofree char *key = g_strdup_printf ("%u", storage);
  guint64 strides[8] = { 0 };

  g_return_if_fail (n_dims >= 1 && n_dims <= G_N_ELEMENTS (strides));
  strides[n_dims - 1] = 1;
  for (guint i = n_dims - 1; i-- > 0;)
    strides[i] = strides[i + 1] * dims[i + 1];

  put (writer, "ctorch._utils\n_rebuild_tensor_v2\n(("); /* GLOBAL, MARK, MARK */
  pz_torch_writer_string (writer, "storage");
  put (writer, "ctorch\nFloatStorage\n");
  pz_torch_writer_string (writer, key);
  pz_torch_writer_string (writer, "cpu");
  pz_torch_writer_int (writer, (gint32) (n_bytes / sizeof (float)));
  put (writer, "tQ"); /* TUPLE, BINPERSID */
  pz_torch_writer_int (writer, 0); /* first element */
  put_tuple (writer, n_dims, dims);
  put_tuple (writer, n_dims, strides);
  put (writer, "\x89"); /* NEWFALSE: requires no gradient */
  put (writer, "ccollections\nOrderedDict\n)RtR"); /* no hooks; REDUCE */
}

/* ---- the archive ---- */

static gboolean
add_entry (zip_t *archive, const char *name, gconstpointer data, gsize n_bytes)
{
  g_autofree char *path = g_strconcat (ROOT, name, NULL);
  zip_source_t *source = zip_source_buffer (archive, data, n_bytes, 0);
  zip_int64_t index;

  if (source == NULL)
    return FALSE;
  index = zip_file_add (archive, path, source, ZIP_FL_ENC_UTF_8);
  if (index < 0)
    {
      zip_source_free (source);
      return FALSE;
    }
  /* As torch.save does: stored, so that readers can map the data, and with the earliest date that a zip archive can
   * represent. */
  return zip_set_file_compression (archive, (zip_uint64_t) index, ZIP_CM_STORE, 0) == 0
         && zip_file_set_dostime (archive, (zip_uint64_t) index, 0, 0x21, 0) == 0;
}

static gboolean
add_entries (PzTorchWriter *writer, zip_t *archive)
{
  if (!add_entry (archive, "data.pkl", writer->pickle->data, writer->pickle->len)
      || !add_entry (archive, "byteorder", "little", 6))
    return FALSE;
  for (guint i = 0; i < writer->storages->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("data/%u", i);
      gsize n_bytes;
      gconstpointer data = g_bytes_get_data (writer->storages->pdata[i], &n_bytes);

      if (!add_entry (archive, name, data, n_bytes))
        return FALSE;
    }
  return add_entry (archive, "version", "3\n", 2);
}

/* Returns the archive that libzip wrote to `whole`. (transfer full) */
static GBytes *
read_back (zip_source_t *whole)
{
  zip_stat_t status;
  g_autofree guint8 *bytes = NULL;

  if (zip_source_stat (whole, &status) != 0 || zip_source_open (whole) != 0)
    return NULL;
  bytes = g_malloc (status.size);
  if (zip_source_read (whole, bytes, status.size) != (zip_int64_t) status.size)
    return NULL;
  zip_source_close (whole);
  return g_bytes_new_take (g_steal_pointer (&bytes), status.size);
}

static GBytes *
make_archive (PzTorchWriter *writer)
{
  zip_error_t reason;
  zip_source_t *whole = zip_source_buffer_create (NULL, 0, 0, &reason);
  zip_t *archive = whole != NULL ? zip_open_from_source (whole, ZIP_TRUNCATE, &reason) : NULL;
  GBytes *bytes = NULL;

  if (archive == NULL)
    {
      if (whole != NULL)
        zip_source_free (whole);
      return NULL;
    }
  zip_source_keep (whole);
  if (!add_entries (writer, archive) || zip_close (archive) != 0)
    zip_discard (archive);
  else
    bytes = read_back (whole);
  zip_source_free (whole);
  return bytes;
}

gboolean
pz_torch_writer_save (PzTorchWriter *writer, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize n_bytes;
  const char *data;

  put (writer, "."); /* STOP */
  bytes = make_archive (writer);
  if (bytes == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: cannot make a zip archive", path);
      return FALSE;
    }
  data = g_bytes_get_data (bytes, &n_bytes);
  return g_file_set_contents_full (path, data, (gssize) n_bytes, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0666, error);
}
