/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/gpu.h"

struct _PzSafetensors
{
  char *path;
  int fd;
  guint64 file_bytes;
  guint64 data_start; /* 8 + header */
  GStringChunk *names;
  GArray *tensors; /* PzSafetensor, by offset */
  GHashTable *by_name; /* name -> index into tensors */
  GHashTable *metadata; /* string -> string */
};

static const struct
{
  const char *name;
  guint bytes;
} file_dtypes[PZ_N_FILE_DTYPES] = {
  [PZ_FILE_F64] = { "F64", 8 },   [PZ_FILE_F32] = { "F32", 4 }, [PZ_FILE_F16] = { "F16", 2 },
  [PZ_FILE_BF16] = { "BF16", 2 }, [PZ_FILE_I64] = { "I64", 8 }, [PZ_FILE_I32] = { "I32", 4 },
  [PZ_FILE_I16] = { "I16", 2 },   [PZ_FILE_I8] = { "I8", 1 },   [PZ_FILE_U64] = { "U64", 8 },
  [PZ_FILE_U32] = { "U32", 4 },   [PZ_FILE_U16] = { "U16", 2 }, [PZ_FILE_U8] = { "U8", 1 },
  [PZ_FILE_BOOL] = { "BOOL", 1 },
};

const char *
pz_file_dtype_name (PzFileDtype dtype)
{
  return file_dtypes[dtype].name;
}

guint
pz_file_dtype_bytes (PzFileDtype dtype)
{
  return file_dtypes[dtype].bytes;
}

G_GNUC_PRINTF (3, 4)
static gboolean
bad_file (const PzSafetensors *file, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", file->path, what);
  return FALSE;
}

/* ---- reading bytes ---- */

static gboolean
read_at (const PzSafetensors *file,
         guint64 offset,
         gsize n_bytes,
         gpointer data,
         GError **error)
{
  guint8 *to = data;

  while (n_bytes > 0)
    {
      gssize got = pread (file->fd, to, MIN (n_bytes, 1u << 30), (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          int code = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: cannot read: %s",
                       file->path, g_strerror (code));
          return FALSE;
        }
      if (got == 0)
        return bad_file (file, error,
                         "the file became shorter: %" G_GUINT64_FORMAT " bytes expected",
                         file->file_bytes);
      to += got;
      offset += (guint64) got;
      n_bytes -= (gsize) got;
    }
  return TRUE;
}

/* ---- the header ---- */

static gboolean
get_uint (JsonNode *node, guint64 *value)
{
  gint64 number;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  number = json_node_get_int (node);
  *value = (guint64) number;
  return number >= 0;
}

static gboolean
get_dtype (JsonNode *node, PzFileDtype *dtype)
{
  const char *name;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  name = json_node_get_string (node);
  for (guint i = 0; i < PZ_N_FILE_DTYPES; i++)
    if (strcmp (name, file_dtypes[i].name) == 0)
      {
        *dtype = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_shape (const PzSafetensors *file, JsonNode *node, PzSafetensor *tensor, GError **error)
{
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return bad_file (file, error, "%s: \"shape\" must be a list of sizes", tensor->name);
  array = json_node_get_array (node);
  tensor->n_dims = json_array_get_length (array);
  if (tensor->n_dims > PZ_SAFETENSORS_MAX_DIMS)
    return bad_file (file, error, "%s: at most %d dimensions expected, %u found", tensor->name,
                     PZ_SAFETENSORS_MAX_DIMS, tensor->n_dims);
  tensor->n_elements = 1;
  for (guint i = 0; i < tensor->n_dims; i++)
    {
      if (!get_uint (json_array_get_element (array, i), &tensor->dims[i]))
        return bad_file (file, error, "%s: \"shape\" must be a list of sizes", tensor->name);
      if (!g_uint64_checked_mul (&tensor->n_elements, tensor->n_elements, tensor->dims[i]))
        return bad_file (file, error, "%s: its shape has too many elements to count",
                         tensor->name);
    }
  return TRUE;
}

static gboolean
parse_offsets (const PzSafetensors *file, JsonNode *node, PzSafetensor *tensor, GError **error)
{
  guint64 data_bytes = file->file_bytes - file->data_start;
  guint64 begin, end;
  JsonArray *array =
    node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) != 2
      || !get_uint (json_array_get_element (array, 0), &begin)
      || !get_uint (json_array_get_element (array, 1), &end) || begin > end)
    return bad_file (file, error,
                     "%s: \"data_offsets\" must be two numbers, the first not above the second",
                     tensor->name);
  if (end > data_bytes)
    return bad_file (file, error,
                     "%s: its data ends at byte %" G_GUINT64_FORMAT
                     ", but the file holds %" G_GUINT64_FORMAT " bytes of data: truncated?",
                     tensor->name, end, data_bytes);
  tensor->n_bytes = end - begin;
  tensor->offset_bytes = file->data_start + begin;
  return TRUE;
}

static gboolean
parse_tensor (PzSafetensors *file, const char *name, JsonNode *node, GError **error)
{
  PzSafetensor tensor = { .name = g_string_chunk_insert (file->names, name) };
  JsonObject *object;
  guint64 expected;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_file (file, error, "%s: an object with dtype, shape and data_offsets expected",
                     name);
  object = json_node_get_object (node);
  if (!get_dtype (json_object_get_member (object, "dtype"), &tensor.dtype))
    return bad_file (file, error, "%s: unknown \"dtype\"", name);
  if (!parse_shape (file, json_object_get_member (object, "shape"), &tensor, error)
      || !parse_offsets (file, json_object_get_member (object, "data_offsets"), &tensor, error))
    return FALSE;
  if (!g_uint64_checked_mul (&expected, tensor.n_elements, pz_file_dtype_bytes (tensor.dtype)))
    return bad_file (file, error, "%s: its shape has too many bytes to count", name);
  if (expected != tensor.n_bytes)
    return bad_file (file, error,
                     "%s: dtype and shape ask for %" G_GUINT64_FORMAT
                     " bytes, data_offsets give %" G_GUINT64_FORMAT,
                     name, expected, tensor.n_bytes);
  g_array_append_val (file->tensors, tensor);
  return TRUE;
}

static gboolean
parse_metadata (PzSafetensors *file, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_file (file, error, "\"__metadata__\" must be an object of strings");
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    {
      if (!JSON_NODE_HOLDS_VALUE (value) || json_node_get_value_type (value) != G_TYPE_STRING)
        return bad_file (file, error, "\"__metadata__\" must be an object of strings");
      g_hash_table_insert (file->metadata, g_strdup (key), json_node_dup_string (value));
    }
  return TRUE;
}

static int
by_offset (gconstpointer a, gconstpointer b)
{
  const PzSafetensor *left = a, *right = b;

  if (left->offset_bytes != right->offset_bytes)
    return left->offset_bytes < right->offset_bytes ? -1 : 1;
  if (left->n_bytes != right->n_bytes)
    return left->n_bytes < right->n_bytes ? -1 : 1;
  return strcmp (left->name, right->name);
}

static gboolean
index_tensors (PzSafetensors *file, GError **error)
{
  g_array_sort (file->tensors, by_offset);
  for (guint i = 0; i < file->tensors->len; i++)
    {
      PzSafetensor *tensor = &g_array_index (file->tensors, PzSafetensor, i);
      PzSafetensor *before = i > 0 ? tensor - 1 : NULL;

      if (before != NULL && before->offset_bytes + before->n_bytes > tensor->offset_bytes)
        return bad_file (file, error, "%s and %s overlap", before->name, tensor->name);
      g_hash_table_insert (file->by_name, (gpointer) tensor->name, GUINT_TO_POINTER (i));
    }
  return TRUE;
}

/* JsonObject keeps only the last of several members of one name; the signal sees each of
 * them. */
static void
count_member (JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
  (void) parser;
  (void) object;
  (void) name;
  ++*(guint64 *) data;
}

static guint64
count_kept_members (JsonNode *node)
{
  guint64 count = 0;
  JsonObjectIter iter;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return 0;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &value))
    count += 1 + count_kept_members (value);
  return count;
}

static gboolean
parse_header (PzSafetensors *file, const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) reason = NULL;
  guint64 n_seen = 0;
  JsonNode *root;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_parser_set_strict (parser, TRUE);
  g_signal_connect (parser, "object-member", G_CALLBACK (count_member), &n_seen);
  if (text[0] != '{' || !json_parser_load_from_data (parser, text, (gssize) length, &reason))
    return bad_file (file, error, "the header is not a JSON object: %s",
                     reason != NULL ? reason->message : "it does not begin with {");
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return bad_file (file, error, "the header is not a JSON object");
  if (count_kept_members (root) != n_seen)
    return bad_file (file, error, "a name appears twice in the header");
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    if (strcmp (name, "__metadata__") == 0 ? !parse_metadata (file, node, error)
                                           : !parse_tensor (file, name, node, error))
      return FALSE;
  return index_tensors (file, error);
}

static gboolean
read_header (PzSafetensors *file, GError **error)
{
  guint64 length;
  g_autofree char *text = NULL;

  if (file->file_bytes < 8)
    return bad_file (file, error,
                     "at least 8 bytes expected in a safetensors file, %" G_GUINT64_FORMAT
                     " found",
                     file->file_bytes);
  if (!read_at (file, 0, 8, &length, error))
    return FALSE;
  length = GUINT64_FROM_LE (length);
  if (length > file->file_bytes - 8)
    return bad_file (file, error,
                     "a header of %" G_GUINT64_FORMAT
                     " bytes announced, but only %" G_GUINT64_FORMAT
                     " follow: truncated, or no safetensors file",
                     length, file->file_bytes - 8);
  if (length < 2 || length > PZ_SAFETENSORS_MAX_HEADER_BYTES)
    return bad_file (file, error,
                     "a header of 2 to %u bytes expected, %" G_GUINT64_FORMAT " found",
                     PZ_SAFETENSORS_MAX_HEADER_BYTES, length);
  file->data_start = 8 + length;
  text = g_malloc (length + 1);
  text[length] = '\0';
  return read_at (file, 8, length, text, error) && parse_header (file, text, length, error);
}

PzSafetensors *
pz_safetensors_open (const char *path, GError **error)
{
  g_autoptr (PzSafetensors) file = g_new0 (PzSafetensors, 1);
  struct stat status;

  file->path = g_strdup (path);
  file->names = g_string_chunk_new (4096);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (PzSafetensor));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  file->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  /* O_NONBLOCK: a FIFO of that name must not hang us. */
  file->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file->fd < 0 || fstat (file->fd, &status) != 0)
    {
      bad_file (file, error, "cannot open: %s", g_strerror (errno));
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      bad_file (file, error, "a file expected, %s found",
                S_ISDIR (status.st_mode) ? "a folder" : "something else");
      return NULL;
    }
  file->file_bytes = (guint64) status.st_size;
  if (!read_header (file, error))
    return NULL;
  return g_steal_pointer (&file);
}

void
pz_safetensors_close (PzSafetensors *file)
{
  if (file == NULL)
    return;
  if (file->fd >= 0)
    close (file->fd);
  g_free (file->path);
  g_string_chunk_free (file->names);
  g_array_unref (file->tensors);
  g_hash_table_unref (file->by_name);
  g_hash_table_unref (file->metadata);
  g_free (file);
}

const char *
pz_safetensors_get_path (const PzSafetensors *file)
{
  return file->path;
}

guint64
pz_safetensors_get_file_bytes (const PzSafetensors *file)
{
  return file->file_bytes;
}

guint
pz_safetensors_get_n_tensors (const PzSafetensors *file)
{
  return file->tensors->len;
}

const PzSafetensor *
pz_safetensors_get_tensor (const PzSafetensors *file, guint index)
{
  g_return_val_if_fail (index < file->tensors->len, NULL);

  return &g_array_index (file->tensors, PzSafetensor, index);
}

const PzSafetensor *
pz_safetensors_lookup (const PzSafetensors *file, const char *name)
{
  gpointer index;

  if (!g_hash_table_lookup_extended (file->by_name, name, NULL, &index))
    return NULL;
  return &g_array_index (file->tensors, PzSafetensor, GPOINTER_TO_UINT (index));
}

const char *
pz_safetensors_get_metadata (const PzSafetensors *file, const char *key)
{
  return g_hash_table_lookup (file->metadata, key);
}

gboolean
pz_safetensors_read (const PzSafetensors *file,
                     const PzSafetensor *tensor,
                     guint64 offset_bytes,
                     gsize n_bytes,
                     gpointer data,
                     GError **error)
{
  g_return_val_if_fail (offset_bytes <= tensor->n_bytes
                          && n_bytes <= tensor->n_bytes - offset_bytes,
                        FALSE);

  return read_at (file, tensor->offset_bytes + offset_bytes, n_bytes, data, error);
}
