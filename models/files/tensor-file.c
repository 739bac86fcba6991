/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/tensor-file.h"

#include <stdlib.h>
#include <string.h>

#include "models/files/safetensors.h"
#include "models/files/tensor-file-private.h"
#include "models/files/tensor-shards.h"
#include "models/files/torch-file.h"

/* ---- for the container readers ---- */

gboolean
pz_tensor_file_bad (const PzTensorFile *file, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", file->path, what);
  return FALSE;
}

gboolean
pz_tensor_file_measure (const PzTensorFile *file,
                        const char *name,
                        PzFileTensor *tensor,
                        GError **error)
{
  tensor->n_elements = 1;
  for (guint i = tensor->n_dims; i-- > 0;)
    {
      tensor->strides[i] = tensor->n_elements;
      if (!g_uint64_checked_mul (&tensor->n_elements, tensor->n_elements, tensor->dims[i]))
        return pz_tensor_file_bad (file, error, "%s: its shape has too many elements to count",
                                   name);
    }
  if (tensor->dtype == PZ_FILE_OTHER)
    tensor->problem = "numbers of a known type expected";
  if (!g_uint64_checked_mul (&tensor->n_bytes, tensor->n_elements,
                             pz_file_dtype_bytes (tensor->dtype)))
    return pz_tensor_file_bad (file, error, "%s: its shape has too many bytes to count", name);
  return TRUE;
}

void
pz_tensor_file_add (PzTensorFile *file, const char *name, const PzFileTensor *tensor)
{
  PzFileTensor copy = *tensor;

  copy.name = g_string_chunk_insert (file->names, name);
  g_array_append_val (file->tensors, copy);
}

/* ---- the container ---- */

#define N_LOOKED_AT 512

typedef struct
{
  const char *format; /* for the user */
  const char *magic;
  guint n, at; /* length of magic, and its offset in the file */
  gboolean (*parse) (PzTensorFile *file, GError **error);
} Container;

/* In the order they are tried. Containers without magic are recognised by a rule below. */
static const Container torch_zip = { "torch (zip)", "PK\3\4", 4, 0, pz_torch_zip_parse };
static const Container torch_legacy = {
  "torch (legacy)",      "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15, 0,
  pz_torch_legacy_parse,
};
static const Container safetensors = { "safetensors", .parse = pz_safetensors_parse };
static const Container shard_index = { "index of shards", .parse = pz_shard_index_parse };

/* Files that users may have instead of the intended one. */
static const Container strangers[] = {
  { "a bare pickle", "\x80", 1, 0, NULL },
  { "a tar archive, as PyTorch wrote before 0.4", "ustar", 5, 257, NULL },
  { "a pointer of Git LFS", "version https://git-lfs", 23, 0, NULL },
  { "a web page", "<!DOCTYPE", 9, 0, NULL },
  { "a web page", "<!doctype", 9, 0, NULL },
  { "a web page", "<html", 5, 0, NULL },
  { "a GGUF file, whose weights are packed in other ways", "GGUF", 4, 0, NULL },
  { "a picture", "\x89PNG", 4, 0, NULL },
  { "a picture", "\xff\xd8\xff", 3, 0, NULL },
};
static const Container text = { "a text file", NULL, 0, 0, NULL };

static gboolean
has_magic (const Container *container, const guint8 *head, gsize n)
{
  return container->at + container->n <= n
         && memcmp (head + container->at, container->magic, container->n) == 0;
}

/* The length of a safetensors header is below 2^32; text has no zero bytes at that position. */
static gboolean
may_be_safetensors (const guint8 *head, gsize n)
{
  return n < 8 || memcmp (head + 4, "\0\0\0\0", 4) == 0;
}

static gboolean
may_be_json (const guint8 *head, gsize n)
{
  gsize i = n >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* a byte order mark */

  while (i < n && g_ascii_isspace (head[i]))
    i++;
  return i < n && head[i] == '{';
}

static gboolean
may_be_text (const guint8 *head, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_ascii_iscntrl (head[i]) && !g_ascii_isspace (head[i]))
      return FALSE;
  return n > 0;
}

static const Container *
find_container (const guint8 *head, gsize n)
{
  if (has_magic (&torch_zip, head, n))
    return &torch_zip;
  if (has_magic (&torch_legacy, head, n))
    return &torch_legacy;
  if (may_be_safetensors (head, n))
    return &safetensors;
  if (may_be_json (head, n))
    return &shard_index;
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    if (has_magic (&strangers[i], head, n))
      return &strangers[i];
  return may_be_text (head, n) ? &text : &safetensors;
}

/* ---- opening ---- */

#define AMBIGUOUS G_MAXUINT

/* The name without the parts that programs add. (transfer full), or NULL if there are none. */
static char *
plain_name (const char *name)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) plain = NULL;
  gboolean differs = FALSE;

  if (strstr (name, "module.") == NULL && strstr (name, "_orig_mod.") == NULL
      && !g_str_has_prefix (name, "state_dict."))
    return NULL;
  parts = g_strsplit (name, ".", -1);
  plain = g_string_new (NULL);
  for (guint i = 0; parts[i] != NULL; i++)
    if (strcmp (parts[i], "module") == 0 || strcmp (parts[i], "_orig_mod") == 0
        || (i == 0 && strcmp (parts[i], "state_dict") == 0))
      differs = TRUE;
    else
      g_string_append_printf (plain, "%s%s", plain->len > 0 ? "." : "", parts[i]);
  return differs ? g_string_free_and_steal (g_steal_pointer (&plain)) : NULL;
}

static void
index_plain_name (PzTensorFile *file, const char *name, guint index)
{
  char *plain = plain_name (name);

  if (plain == NULL)
    return;
  if (g_hash_table_contains (file->by_plain_name, plain))
    index = AMBIGUOUS;
  g_hash_table_replace (file->by_plain_name, plain, GUINT_TO_POINTER (index));
}

static gboolean
index_names (PzTensorFile *file, GError **error)
{
  for (guint i = 0; i < file->tensors->len; i++)
    {
      const char *name = g_array_index (file->tensors, PzFileTensor, i).name;

      if (!g_hash_table_insert (file->by_name, (gpointer) name, GUINT_TO_POINTER (i)))
        return pz_tensor_file_bad (file, error, "%s: two tensors of this name", name);
      index_plain_name (file, name, i);
    }
  return TRUE;
}

static gboolean
parse (PzTensorFile *file, gboolean single, GError **error)
{
  guint8 head[N_LOOKED_AT];
  const gsize n = MIN (file->file_bytes, sizeof head);
  const Container *container;

  if (!pz_byte_source_read (file->bytes, 0, n, head, error))
    return FALSE;
  container = find_container (head, n);
  if (container->parse == NULL || (single && container == &shard_index))
    return pz_tensor_file_bad (file, error, "a file of tensors expected, found %s",
                               container->format);
  file->format = container->format;
  return container->parse (file, error) && index_names (file, error);
}

static PzTensorFile *
open_file (const char *path, gboolean single, GError **error)
{
  g_autoptr (PzTensorFile) file = NULL;
  PzByteSource *bytes = pz_byte_source_open (path, error);

  if (bytes == NULL)
    return NULL;
  file = g_new0 (PzTensorFile, 1);
  g_atomic_ref_count_init (&file->refs);
  file->path = g_strdup (path);
  file->bytes = bytes;
  file->file_bytes = pz_byte_source_get_n_bytes (bytes);
  file->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_byte_source_unref);
  file->names = g_string_chunk_new (4096);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (PzFileTensor));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  file->by_plain_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  file->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  file->shards = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_tensor_file_close);
  return parse (file, single, error) ? g_steal_pointer (&file) : NULL;
}

PzTensorFile *
pz_tensor_file_open (const char *path, GError **error)
{
  return open_file (path, FALSE, error);
}

PzTensorFile *
pz_tensor_file_open_single (const char *path, GError **error)
{
  return open_file (path, TRUE, error);
}

PzTensorFile *
pz_tensor_file_ref (PzTensorFile *file)
{
  g_atomic_ref_count_inc (&file->refs);
  return file;
}

void
pz_tensor_file_close (PzTensorFile *file)
{
  if (file == NULL || !g_atomic_ref_count_dec (&file->refs))
    return;
  g_free (file->path);
  pz_byte_source_unref (file->bytes);
  g_ptr_array_unref (file->sources);
  g_string_chunk_free (file->names);
  g_array_unref (file->tensors);
  g_hash_table_unref (file->by_name);
  g_hash_table_unref (file->by_plain_name);
  g_hash_table_unref (file->metadata);
  g_ptr_array_unref (file->shards);
  pz_pickle_free (file->pickle);
  g_free (file);
}

/* ---- queries ---- */

const char *
pz_tensor_file_get_path (const PzTensorFile *file)
{
  return file->path;
}

const char *
pz_tensor_file_get_format (const PzTensorFile *file)
{
  return file->format;
}

guint64
pz_tensor_file_get_file_bytes (const PzTensorFile *file)
{
  return file->file_bytes;
}

guint64
pz_tensor_file_get_data_bytes (const PzTensorFile *file)
{
  guint64 sum = 0;

  for (guint i = 0; i < file->sources->len; i++)
    sum += pz_byte_source_get_n_bytes (file->sources->pdata[i]);
  for (guint i = 0; i < file->shards->len; i++)
    sum += pz_tensor_file_get_data_bytes (file->shards->pdata[i]);
  return MAX (sum, file->file_bytes);
}

gboolean
pz_tensor_file_check_all (const PzTensorFile *file, GError **error)
{
  const guint64 n_bytes = pz_tensor_file_get_data_bytes (file);
  guint64 sum = 0;

  for (guint i = 0; i < file->tensors->len; i++)
    {
      const PzFileTensor *tensor = &g_array_index (file->tensors, PzFileTensor, i);
      const char *problem = tensor->problem;

      if (problem == NULL && tensor->n_bytes > n_bytes - sum)
        problem = "expected tensors with data of their own, found several with the same";
      if (problem != NULL)
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: %s",
                       pz_tensor_file_get_path (file), tensor->name, problem);
          return FALSE;
        }
      sum += tensor->n_bytes;
    }
  return TRUE;
}

guint
pz_tensor_file_get_n_tensors (const PzTensorFile *file)
{
  return file->tensors->len;
}

const PzFileTensor *
pz_tensor_file_get_tensor (const PzTensorFile *file, guint index)
{
  g_return_val_if_fail (index < file->tensors->len, NULL);

  return &g_array_index (file->tensors, PzFileTensor, index);
}

const PzFileTensor *
pz_tensor_file_lookup (const PzTensorFile *file, const char *name)
{
  gpointer index;

  if (!g_hash_table_lookup_extended (file->by_name, name, NULL, &index))
    return NULL;
  return &g_array_index (file->tensors, PzFileTensor, GPOINTER_TO_UINT (index));
}

const PzFileTensor *
pz_tensor_file_find (const PzTensorFile *file, const char *name)
{
  const PzFileTensor *tensor = pz_tensor_file_lookup (file, name);
  gpointer index;

  if (tensor != NULL || !g_hash_table_lookup_extended (file->by_plain_name, name, NULL, &index)
      || GPOINTER_TO_UINT (index) == AMBIGUOUS)
    return tensor;
  return &g_array_index (file->tensors, PzFileTensor, GPOINTER_TO_UINT (index));
}

const char *
pz_tensor_file_get_metadata (const PzTensorFile *file, const char *key)
{
  return g_hash_table_lookup (file->metadata, key);
}

const PzValue *
pz_tensor_file_get_tree (const PzTensorFile *file)
{
  return file->pickle != NULL ? file->pickle->root : NULL;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

const char **
pz_tensor_file_list_metadata (const PzTensorFile *file)
{
  guint n;
  gpointer *keys = g_hash_table_get_keys_as_array (file->metadata, &n);

  qsort (keys, n, sizeof *keys, compare_keys);
  return (const char **) keys;
}
