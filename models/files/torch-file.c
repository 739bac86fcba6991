/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/torch-file.h"

#include <string.h>

#include "models/files/tensor-file-private.h"
#include "models/files/zip-archive.h"

#define bad_file pz_tensor_file_bad

#define PICKLE "data.pkl"
/* The key under which training checkpoints store the weights. */
#define STATE_DICT "state_dict"
#define BARE_NAME "tensor"

/* ---- from views to checked tensors ---- */

/* Contiguous elements have the strides that measuring computes. Strides of dimensions of size 1 are never used. */
static gboolean
is_view (const PzFileTensor *tensor, const guint64 found[])
{
  for (guint i = 0; i < tensor->n_dims; i++)
    if (tensor->dims[i] > 1 && found[i] != tensor->strides[i])
      return TRUE;
  return FALSE;
}

/* *end: one past the last element of the storage that the view reaches. FALSE on overflow. */
static gboolean
find_end (const PzPickleTensor *view, const guint64 strides[], guint64 *end)
{
  const PzFileTensor *tensor = &view->tensor;

  *end = view->first;
  for (guint i = 0; i < tensor->n_dims; i++)
    {
      guint64 reach;

      if (!g_uint64_checked_mul (&reach, tensor->dims[i] - 1, strides[i])
          || !g_uint64_checked_add (end, *end, reach))
        return FALSE;
    }
  return g_uint64_checked_add (end, *end, 1);
}

static gboolean
check_storage (const PzTensorFile *file,
               const char *name,
               const PzPickleStorage *storage,
               GError **error)
{
  guint64 expected;

  if (storage->source == NULL)
    return bad_file (file, error, "%s: its elements (storage %s) are not in the file", name,
                     storage->key);
  if (g_uint64_checked_mul (&expected, storage->n_elements,
                            pz_file_dtype_bytes (storage->dtype))
      && expected <= storage->n_bytes)
    return TRUE;
  return bad_file (file, error,
                   "%s: %" G_GUINT64_FORMAT
                   " elements expected in storage %s, found %" G_GUINT64_FORMAT
                   " bytes: truncated?",
                   name, storage->n_elements, storage->key, storage->n_bytes);
}

static gboolean
check_view (const PzTensorFile *file, const char *name, PzPickleTensor *view, GError **error)
{
  PzFileTensor *tensor = &view->tensor;
  guint64 strides[PZ_FILE_MAX_DIMS], end;

  memcpy (strides, tensor->strides, sizeof strides);
  if (!check_storage (file, name, view->storage, error)
      || !pz_tensor_file_measure (file, name, tensor, error))
    return FALSE;
  /* An expanded tensor repeats elements, so its size is unbounded. It is only refused when it is read. */
  if (tensor->n_elements > view->storage->n_elements)
    tensor->problem = "it has more elements than its storage";
  if (tensor->n_elements > 0)
    {
      if (!find_end (view, strides, &end) || end > view->end)
        return bad_file (file, error,
                         "%s: it reaches beyond the %" G_GUINT64_FORMAT
                         " elements of its storage",
                         name, view->end);
      tensor->is_view = is_view (tensor, strides);
      if (tensor->is_view)
        memcpy (tensor->strides, strides, sizeof strides);
    }
  tensor->source = view->storage->source;
  tensor->offset_bytes =
    view->storage->offset_bytes + view->first * pz_file_dtype_bytes (tensor->dtype);
  return TRUE;
}

/* ---- names ---- */

typedef struct
{
  PzTensorFile *file;
  GString *path; /* of the current value */
  const char *root; /* tensors outside it are not weights; "" = all are */
  gboolean is_big_endian;
} Walk;

static gboolean
take_tensor (Walk *walk, PzPickleTensor *view, GError **error)
{
  PzFileTensor *tensor = &view->tensor;
  const char *path = walk->path->len > 0 ? walk->path->str : BARE_NAME;

  if (tensor->name == NULL)
    {
      if (!check_view (walk->file, path, view, error))
        return FALSE;
      tensor->name = g_string_chunk_insert (walk->file->names, path);
      tensor->is_big_endian = walk->is_big_endian;
    }
  if (g_str_has_prefix (path, walk->root))
    pz_tensor_file_add (walk->file, path + strlen (walk->root), tensor);
  return TRUE;
}

/* FALSE if the total length of all names exceeds the budget. The names in a shared branch are built again each time it is
 * reached. */
static gboolean
append_key (Walk *walk, const PzValue *value, guint index)
{
  GString *path = walk->path;
  const PzValue *key =
    pz_value_get_kind (value) == PZ_VALUE_DICT ? pz_value_get_key (value, index) : NULL;
  const char *text = pz_value_get_string (key);
  gint64 number;

  if (path->len > 0)
    g_string_append_c (path, '.');
  if (text != NULL)
    g_string_append (path, text);
  else if (pz_value_get_int (key, &number))
    g_string_append_printf (path, "%" G_GINT64_FORMAT, number);
  else
    g_string_append_printf (path, "%u", index);
  return pz_budget_take (&walk->file->pickle->budget, PZ_BUDGET_NAME_BYTES, path->len);
}

/* The pickle has already limited the depth and the size of the tree. */
static gboolean
visit (Walk *walk, const PzValue *value, GError **error)
{
  const gsize length = walk->path->len;

  if (value->kind == PZ_VALUE_TENSOR)
    return take_tensor (walk, value->tensor, error);
  for (guint i = 0; i < pz_value_get_n_items (value); i++)
    {
      if (!append_key (walk, value, i))
        return pz_budget_check (&walk->file->pickle->budget, walk->file->path, walk->path->str,
                                error);
      if (!visit (walk, pz_value_get_item (value, i), error))
        return FALSE;
      g_string_truncate (walk->path, length);
    }
  return TRUE;
}

static gboolean
has_tensor (const PzValue *value)
{
  if (pz_value_get_kind (value) == PZ_VALUE_TENSOR)
    return TRUE;
  for (guint i = 0; i < pz_value_get_n_items (value); i++)
    if (has_tensor (pz_value_get_item (value, i)))
      return TRUE;
  return FALSE;
}

static gsize
value_bytes (const PzValue *value)
{
  return value->kind == PZ_VALUE_STRING ? value->length : 0;
}

/* Takes the strings and numbers of the outermost dictionary. */
static gboolean
take_metadata (PzTensorFile *file, const PzValue *root, GError **error)
{
  PzReadBudget *budget = &file->pickle->budget;

  if (root->kind != PZ_VALUE_DICT)
    return TRUE;
  for (guint i = 0; i < pz_value_get_n_items (root); i++)
    {
      const char *key = pz_value_get_string (pz_value_get_key (root, i));
      const PzValue *value = pz_value_get_item (root, i);
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      double real;

      if (key == NULL)
        continue;
      if (!pz_budget_take (budget, PZ_BUDGET_NAME_BYTES, strlen (key) + value_bytes (value)))
        return pz_budget_check (budget, file->path, key, error);
      if (value->kind == PZ_VALUE_STRING)
        g_hash_table_insert (file->metadata, g_strdup (key), g_strdup (value->text));
      else if (pz_value_get_float (value, &real))
        g_hash_table_insert (file->metadata, g_strdup (key),
                             g_strdup (g_ascii_formatd (number, sizeof number, "%.17g", real)));
    }
  return TRUE;
}

gboolean
pz_torch_take_pickle (PzTensorFile *file,
                      PzPickle *pickle,
                      gboolean is_big_endian,
                      GError **error)
{
  const gboolean is_checkpoint = has_tensor (pz_value_lookup (pickle->root, STATE_DICT));
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = {
    .file = file,
    .path = path,
    .root = is_checkpoint ? STATE_DICT "." : "",
    .is_big_endian = is_big_endian,
  };

  file->pickle = pickle;
  return take_metadata (file, pickle->root, error) && visit (&walk, pickle->root, error);
}

/* ---- the zip archive ---- */

/* The folder that contains all entries, with its slash: "archive/". (transfer full) */
static char *
find_root (const PzTensorFile *file, const PzZipArchive *archive, guint *index, GError **error)
{
  g_autofree char *root = NULL;

  for (guint i = 0; i < pz_zip_archive_get_n_entries (archive); i++)
    {
      const char *name = pz_zip_archive_get_name (archive, i);

      if (!g_str_has_suffix (name, "/" PICKLE))
        continue;
      if (root != NULL)
        {
          bad_file (file, error, "one %s expected in the archive, two found", PICKLE);
          return NULL;
        }
      root = g_strndup (name, strlen (name) - strlen (PICKLE));
      *index = i;
    }
  if (root == NULL)
    bad_file (file, error, "a zip archive without %s: no torch file", PICKLE);
  return g_steal_pointer (&root);
}

static PzPickle *
read_pickle (PzTensorFile *file, PzZipArchive *archive, guint index, GError **error)
{
  g_autoptr (PzByteSource) source = pz_zip_archive_get_entry (archive, index);
  const guint64 n = pz_byte_source_get_n_bytes (source);
  g_autofree guint8 *bytes = NULL;
  gsize n_read;

  if (n > PZ_PICKLE_MAX_BYTES)
    {
      bad_file (file, error, "%s: at most %u bytes expected, %" G_GUINT64_FORMAT " found",
                pz_zip_archive_get_name (archive, index), PZ_PICKLE_MAX_BYTES, n);
      return NULL;
    }
  bytes = g_malloc (n);
  if (!pz_byte_source_read (source, 0, n, bytes, error))
    return NULL;
  return pz_pickle_read (file->path, bytes, n, &n_read, error);
}

static gboolean
place_storages (PzTensorFile *file,
                PzZipArchive *archive,
                const char *root,
                PzPickle *pickle,
                GError **error)
{
  for (guint i = 0; i < pickle->storages->len; i++)
    {
      PzPickleStorage *storage = pickle->storages->pdata[i];
      g_autofree char *name = g_strconcat (root, "data/", storage->key, NULL);
      guint index;

      if (!pz_budget_take (&pickle->budget, PZ_BUDGET_NAME_BYTES, strlen (name)))
        return pz_budget_check (&pickle->budget, file->path, name, error);
      if (!pz_zip_archive_find (archive, name, &index))
        continue;
      storage->source = pz_zip_archive_get_entry (archive, index);
      storage->n_bytes = pz_byte_source_get_n_bytes (storage->source);
      g_ptr_array_add (file->sources, storage->source);
    }
  return TRUE;
}

/* This entry exists since PyTorch 2.1; before, all data was little-endian. */
static gboolean
read_byte_order (PzTensorFile *file,
                 PzZipArchive *archive,
                 const char *root,
                 gboolean *is_big_endian,
                 GError **error)
{
  g_autofree char *name = g_strconcat (root, "byteorder", NULL);
  g_autoptr (PzByteSource) source = NULL;
  char text[8] = "";
  guint64 n;
  guint index;

  *is_big_endian = FALSE;
  if (!pz_zip_archive_find (archive, name, &index))
    return TRUE;
  source = pz_zip_archive_get_entry (archive, index);
  n = pz_byte_source_get_n_bytes (source);
  if (!pz_byte_source_read (source, 0, MIN (n, sizeof text - 1), text, error))
    return FALSE;
  *is_big_endian = strcmp (text, "big") == 0;
  if (*is_big_endian || strcmp (text, "little") == 0)
    return TRUE;
  return bad_file (file, error, "%s: little or big expected", name);
}

gboolean
pz_torch_zip_parse (PzTensorFile *file, GError **error)
{
  g_autoptr (PzZipArchive) archive = pz_zip_archive_open (file->bytes, error);
  g_autofree char *root = NULL;
  g_autoptr (PzPickle) pickle = NULL;
  gboolean is_big_endian;
  guint index;

  if (archive == NULL)
    return FALSE;
  root = find_root (file, archive, &index, error);
  if (root == NULL || !read_byte_order (file, archive, root, &is_big_endian, error))
    return FALSE;
  pickle = read_pickle (file, archive, index, error);
  if (pickle == NULL || !place_storages (file, archive, root, pickle, error))
    return FALSE;
  return pz_torch_take_pickle (file, g_steal_pointer (&pickle), is_big_endian, error);
}
