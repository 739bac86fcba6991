/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/safetensors.h"

#include <string.h>

#include "models/files/json-text.h"
#include "models/files/tensor-file-private.h"

#define bad_file pz_tensor_file_bad

typedef struct
{
  PzTensorFile *file;
  guint64 data_start; /* 8 + length of the header */
} Header;

/* ---- one tensor ---- */

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
  *dtype = PZ_FILE_OTHER;
  for (guint i = 0; i < PZ_FILE_OTHER; i++)
    if (strcmp (name, pz_file_dtype_name (i)) == 0)
      *dtype = i;
  return TRUE;
}

static gboolean
parse_shape (const PzTensorFile *file,
             const char *name,
             JsonNode *node,
             PzFileTensor *tensor,
             GError **error)
{
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return bad_file (file, error, "%s: \"shape\" must be a list of sizes", name);
  array = json_node_get_array (node);
  tensor->n_dims = json_array_get_length (array);
  if (tensor->n_dims > PZ_FILE_MAX_DIMS)
    return bad_file (file, error, "%s: at most %d dimensions expected, %u found", name,
                     PZ_FILE_MAX_DIMS, tensor->n_dims);
  for (guint i = 0; i < tensor->n_dims; i++)
    if (!get_uint (json_array_get_element (array, i), &tensor->dims[i]))
      return bad_file (file, error, "%s: \"shape\" must be a list of sizes", name);
  return pz_tensor_file_measure (file, name, tensor, error);
}

static gboolean
parse_offsets (const Header *header,
               const char *name,
               JsonNode *node,
               PzFileTensor *tensor,
               GError **error)
{
  const PzTensorFile *file = header->file;
  const guint64 data_bytes = file->file_bytes - header->data_start;
  guint64 begin, end;
  JsonArray *array =
    node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) != 2
      || !get_uint (json_array_get_element (array, 0), &begin)
      || !get_uint (json_array_get_element (array, 1), &end) || begin > end)
    return bad_file (file, error,
                     "%s: \"data_offsets\" must be two numbers, the first not above the second",
                     name);
  if (end > data_bytes)
    return bad_file (file, error,
                     "%s: its data ends at byte %" G_GUINT64_FORMAT
                     ", but the file holds %" G_GUINT64_FORMAT " bytes of data: truncated?",
                     name, end, data_bytes);
  if (tensor->dtype == PZ_FILE_OTHER)
    tensor->n_bytes = end - begin;
  if (tensor->n_bytes != end - begin)
    return bad_file (file, error,
                     "%s: dtype and shape ask for %" G_GUINT64_FORMAT
                     " bytes, data_offsets give %" G_GUINT64_FORMAT,
                     name, tensor->n_bytes, end - begin);
  tensor->source = file->bytes;
  tensor->offset_bytes = header->data_start + begin;
  return TRUE;
}

static gboolean
parse_tensor (const Header *header, const char *name, JsonNode *node, GError **error)
{
  PzTensorFile *file = header->file;
  PzFileTensor tensor = { 0 };
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_file (file, error, "%s: an object with dtype, shape and data_offsets expected",
                     name);
  object = json_node_get_object (node);
  if (!get_dtype (json_object_get_member (object, "dtype"), &tensor.dtype))
    return bad_file (file, error, "%s: \"dtype\" must be a name", name);
  if (!parse_shape (file, name, json_object_get_member (object, "shape"), &tensor, error)
      || !parse_offsets (header, name, json_object_get_member (object, "data_offsets"), &tensor,
                         error))
    return FALSE;
  pz_tensor_file_add (file, name, &tensor);
  return TRUE;
}

/* ---- the header ---- */

static gboolean
parse_metadata (PzTensorFile *file, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
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
  const PzFileTensor *left = a, *right = b;

  if (left->offset_bytes != right->offset_bytes)
    return left->offset_bytes < right->offset_bytes ? -1 : 1;
  if (left->n_bytes != right->n_bytes)
    return left->n_bytes < right->n_bytes ? -1 : 1;
  return strcmp (left->name, right->name);
}

static gboolean
sort_tensors (PzTensorFile *file, GError **error)
{
  g_array_sort (file->tensors, by_offset);
  for (guint i = 1; i < file->tensors->len; i++)
    {
      const PzFileTensor *tensor = &g_array_index (file->tensors, PzFileTensor, i);
      const PzFileTensor *before = tensor - 1;

      if (before->offset_bytes + before->n_bytes > tensor->offset_bytes)
        return bad_file (file, error, "%s and %s overlap", before->name, tensor->name);
    }
  return TRUE;
}

static gboolean
parse_header (const Header *header, const char *text, gsize length, GError **error)
{
  PzTensorFile *file = header->file;
  g_autofree char *place = g_strconcat (file->path, ": its header", NULL);
  g_autoptr (JsonNode) root =
    pz_json_read_object (place, text, (gssize) length, PZ_JSON_NAMES_ONCE, error);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (root == NULL)
    return FALSE;
  if (text[0] != '{' && memcmp (text, "\xef\xbb\xbf", 3) != 0)
    return bad_file (file, error, "its header does not begin with {");
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    if (strcmp (name, "__metadata__") == 0 ? !parse_metadata (file, node, error)
                                           : !parse_tensor (header, name, node, error))
      return FALSE;
  return sort_tensors (file, error);
}

gboolean
pz_safetensors_parse (PzTensorFile *file, GError **error)
{
  Header header = { .file = file };
  guint64 length;
  g_autofree char *text = NULL;

  if (file->file_bytes < 8)
    return bad_file (file, error,
                     "at least 8 bytes expected in a safetensors file, %" G_GUINT64_FORMAT
                     " found",
                     file->file_bytes);
  if (!pz_byte_source_read (file->bytes, 0, 8, &length, error))
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
  header.data_start = 8 + length;
  text = g_malloc (length + 1);
  text[length] = '\0';
  return pz_byte_source_read (file->bytes, 8, length, text, error)
         && parse_header (&header, text, length, error);
}
