/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/tensor-shards.h"

#include <string.h>

#include "models/files/json-text.h"
#include "models/files/tensor-file-private.h"

#define bad_file pz_tensor_file_bad

/* (transfer full) */
static JsonNode *
read_index (PzTensorFile *file, GError **error)
{
  g_autofree char *text = NULL;

  if (file->file_bytes > PZ_SHARD_INDEX_MAX_BYTES)
    {
      bad_file (file, error,
                "an index of at most %u bytes expected, %" G_GUINT64_FORMAT " found",
                PZ_SHARD_INDEX_MAX_BYTES, file->file_bytes);
      return NULL;
    }
  text = g_malloc0 (file->file_bytes + 1);
  if (!pz_byte_source_read (file->bytes, 0, file->file_bytes, text, error))
    return NULL;
  return pz_json_read (file->path, text, (gssize) file->file_bytes, PZ_JSON_ANY, error);
}

/* The file of that name in the index's folder, opened only once. (transfer none) */
static PzTensorFile *
open_shard (PzTensorFile *file, GHashTable *opened, const char *name, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file->path);
  g_autofree char *path = NULL;
  PzTensorFile *shard = g_hash_table_lookup (opened, name);

  if (shard != NULL)
    return shard;
  if (strchr (name, G_DIR_SEPARATOR) != NULL || file->shards->len == PZ_SHARD_INDEX_MAX_FILES)
    {
      bad_file (file, error, "%s: at most %u files beside the index expected", name,
                PZ_SHARD_INDEX_MAX_FILES);
      return NULL;
    }
  path = g_build_filename (folder, name, NULL);
  shard = pz_tensor_file_open_single (path, error);
  if (shard == NULL)
    return NULL;
  g_ptr_array_add (file->shards, shard);
  g_hash_table_insert (opened, (gpointer) name, shard);
  file->file_bytes += shard->file_bytes;
  return shard;
}

static gboolean
add_tensor (PzTensorFile *file,
            GHashTable *opened,
            const char *name,
            JsonNode *where,
            GError **error)
{
  const char *shard_name = JSON_NODE_HOLDS_VALUE (where) ? json_node_get_string (where) : NULL;
  PzTensorFile *shard;
  const PzFileTensor *tensor;

  if (shard_name == NULL)
    return bad_file (file, error, "%s: the name of a file expected in \"weight_map\"", name);
  shard = open_shard (file, opened, shard_name, error);
  if (shard == NULL)
    return FALSE;
  tensor = pz_tensor_file_lookup (shard, name);
  if (tensor == NULL)
    return bad_file (file, error, "%s: expected in %s, found no such tensor there", name,
                     shard_name);
  pz_tensor_file_add (file, name, tensor);
  return TRUE;
}

gboolean
pz_shard_index_parse (PzTensorFile *file, GError **error)
{
  g_autoptr (GHashTable) opened = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonNode) root = read_index (file, error);
  JsonNode *map = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *where;

  if (root == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_OBJECT (root))
    map = json_object_get_member (json_node_get_object (root), "weight_map");
  if (map == NULL || !JSON_NODE_HOLDS_OBJECT (map))
    return bad_file (file, error,
                     "a JSON file, but no index of tensors: it has no \"weight_map\"");
  json_object_iter_init_ordered (&iter, json_node_get_object (map));
  while (json_object_iter_next_ordered (&iter, &name, &where))
    if (!add_tensor (file, opened, name, where, error))
      return FALSE;
  return TRUE;
}
