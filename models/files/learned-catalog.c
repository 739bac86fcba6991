/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/learned-catalog.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/files/adapter-file.h"
#include "models/files/embedding-file.h"
#include "models/files/encoding-file.h"
#include "models/files/lora-file.h"
#include "models/files/model-json.h"

/* Collections have one folder for each word; deeper folders are not searched. */
#define DEPTH 1

/* Where each of the two kinds is searched. */
typedef struct
{
  const char *folder, *variable;
  gsize place; /* offset of the folder's name in PzModelJson */
} Search;

static const Search embeddings = { "embeddings", "PERSONALIZE_EMBEDDING_PATH",
                                   G_STRUCT_OFFSET (PzModelJson, embeddings) };
static const Search loras = { "loras", "PERSONALIZE_LORA_PATH",
                              G_STRUCT_OFFSET (PzModelJson, loras) };

static const char *const file_endings[] = { ".safetensors", ".pt", ".bin", ".pth" };

void
pz_learned_info_free (PzLearnedInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->path);
  g_free (info->name);
  g_free (info->detail);
  g_free (info->key_words);
  g_free (info->problem);
  g_free (info);
}

/* ---- where to look ---- */

/* The model's own folder: the one given by its model.json, else the default one in the model's folder. */
static char *
folder_of_model (const Search *search, const char *model)
{
  const char *said = NULL;
  g_auto (PzModelJson) json = { 0 };
  g_autofree char *home =
    g_file_test (model, G_FILE_TEST_IS_REGULAR) ? g_path_get_dirname (model) : g_strdup (model);

  if (pz_model_json_read (model, &json, NULL))
    said = G_STRUCT_MEMBER (char *, &json, search->place);
  return said != NULL ? g_canonicalize_filename (said, home)
                      : g_build_filename (home, search->folder, NULL);
}

static GStrv
search_path (const Search *search, const char *model, const char *beside)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *variable = g_getenv (search->variable);
  g_auto (GStrv) listed =
    g_strsplit (variable != NULL ? variable : "", G_SEARCHPATH_SEPARATOR_S, -1);

  if (model != NULL)
    g_strv_builder_take (builder, folder_of_model (search, model));
  for (guint i = 0; listed[i] != NULL; i++)
    if (listed[i][0] != '\0')
      g_strv_builder_add (builder, listed[i]);
  g_strv_builder_take (builder, g_build_filename (g_get_user_data_dir (), "gimp-personalize",
                                                  search->folder, NULL));
  if (beside != NULL)
    g_strv_builder_take (builder, g_build_filename (beside, search->folder, NULL));
  return g_strv_builder_end (builder);
}

GStrv
pz_learned_search_path (const char *model, const char *beside)
{
  return search_path (&embeddings, model, beside);
}

GStrv
pz_lora_search_path (const char *model, const char *beside)
{
  return search_path (&loras, model, beside);
}

static gboolean
is_file_of (const char *path, guint64 most_bytes)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0 || !S_ISREG (status.st_mode)
      || (guint64) status.st_size > most_bytes)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (file_endings); i++)
    if (g_str_has_suffix (path, file_endings[i]))
      return TRUE;
  return FALSE;
}

/* Whether the path may contain something learned. */
typedef gboolean (*IsOne) (const char *path);

static gboolean
is_learned (const char *path)
{
  g_autofree char *adapter = pz_text_adapter_find_file (path);

  return adapter != NULL || is_file_of (path, PZ_EMBEDDING_MAX_FILE_BYTES);
}

static gboolean
is_lora (const char *path)
{
  g_autofree char *file = pz_lora_find_file (path);

  return file != NULL && is_file_of (file, G_MAXUINT64);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Appends the paths of files and folders that may contain something learned, sorted by name, without hidden ones. */
static void
list_folder (const char *folder, guint depth, IsOne is_one, GPtrArray *paths)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) here = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (here, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (here, compare_names);
  for (guint i = 0; i < here->len; i++)
    {
      if (is_one (here->pdata[i]))
        g_ptr_array_add (paths, g_strdup (here->pdata[i]));
      else if (depth > 0 && g_file_test (here->pdata[i], G_FILE_TEST_IS_DIR))
        list_folder (here->pdata[i], depth - 1, is_one, paths);
    }
}

static GPtrArray *
list_paths (const char *const folders[], IsOne is_one)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, free, NULL);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; folders[i] != NULL; i++)
    list_folder (folders[i], DEPTH, is_one, all);
  for (guint i = 0; i < all->len; i++)
    {
      char *real = realpath (all->pdata[i], NULL);

      if (real != NULL && g_hash_table_add (seen, real))
        g_ptr_array_add (paths, g_strdup (all->pdata[i]));
    }
  return paths;
}

GPtrArray *
pz_learned_list_paths (const char *const folders[])
{
  return list_paths (folders, is_learned);
}

GPtrArray *
pz_lora_list_paths (const char *const folders[])
{
  return list_paths (folders, is_lora);
}

/* ---- describing them ---- */

static PzLearnedInfo *
info_new (const char *path, const char *name, PzLearnedKind kind)
{
  PzLearnedInfo *info = g_new0 (PzLearnedInfo, 1);

  info->path = g_strdup (path);
  info->name = name != NULL ? g_strdup (name) : g_path_get_basename (path);
  info->kind = kind;
  return info;
}

static gboolean
add_words (GPtrArray *found, const char *path, GError **error)
{
  g_autoptr (GPtrArray) words = pz_embedding_file_read (path, NULL, error);

  for (guint i = 0; words != NULL && i < words->len; i++)
    {
      const PzEmbedding *word = words->pdata[i];
      PzLearnedInfo *info = info_new (path, word->name, PZ_LEARNED_WORDS);

      info->n_vectors = word->n_vectors;
      info->width = word->width;
      g_ptr_array_add (found, info);
    }
  return words != NULL;
}

static gboolean
add_adapter (GPtrArray *found, const char *path, GError **error)
{
  g_autoptr (PzTextAdapter) adapter = pz_text_adapter_read (path, error);
  PzLearnedInfo *info;

  if (adapter == NULL)
    return FALSE;
  info = info_new (path, NULL, PZ_LEARNED_ADAPTER);
  info->n_vectors = adapter->length;
  info->width = adapter->width;
  g_ptr_array_add (found, info);
  return TRUE;
}

static gboolean
add_encoding (GPtrArray *found, const char *path, GError **error)
{
  g_autoptr (PzEncoding) encoding = pz_encoding_read (path, error);
  PzLearnedInfo *info;

  if (encoding == NULL)
    return FALSE;
  info = info_new (path, NULL, PZ_LEARNED_ENCODING);
  info->n_vectors = encoding->n_tokens;
  info->width = encoding->width;
  g_ptr_array_add (found, info);
  return TRUE;
}

static gboolean
add_lora (GPtrArray *found, const char *path, GError **error)
{
  g_autoptr (PzLora) lora = pz_lora_open (path, FALSE, error);
  PzLearnedInfo *info;

  if (lora == NULL)
    return FALSE;
  info = info_new (path, pz_lora_get_name (lora), PZ_LEARNED_LORA);
  info->n_vectors = pz_lora_get_n_parts (lora);
  info->width = pz_lora_get_text_width (lora);
  info->detail = pz_lora_describe (lora);
  info->key_words = pz_lora_list_key_words (lora);
  g_ptr_array_add (found, info);
  return TRUE;
}

static gboolean
add_learned (GPtrArray *found, const char *path, GError **error)
{
  g_autofree char *adapter = pz_text_adapter_find_file (path);
  g_autofree char *inner = adapter != NULL ? NULL : pz_lora_find_file (path);
  const char *there = adapter != NULL ? adapter : inner != NULL ? inner : path;
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (there, error);

  if (file == NULL)
    return FALSE;
  if (pz_text_adapter_is (file))
    return add_adapter (found, path, error);
  if (pz_lora_is (file))
    return add_lora (found, path, error);
  return pz_encoding_is (file) ? add_encoding (found, path, error)
                               : add_words (found, path, error);
}

static void
add_learned_or_problem (GPtrArray *found, const char *path, PzLearnedKind kind)
{
  g_autoptr (GError) error = NULL;
  PzLearnedInfo *info;

  if (add_learned (found, path, &error))
    return;
  info = info_new (path, NULL, kind);
  info->problem = g_strdup (error->message);
  g_ptr_array_add (found, info);
}

char *
pz_learned_info_measure (const PzLearnedInfo *info)
{
  static const char *const units[] = {
    [PZ_LEARNED_WORDS] = "vector",
    [PZ_LEARNED_ADAPTER] = "position",
    [PZ_LEARNED_ENCODING] = "token",
    [PZ_LEARNED_LORA] = "layer",
  };

  if (info->detail != NULL)
    return g_strdup (info->detail);
  return g_strdup_printf ("%u %s%s of width %u", info->n_vectors, units[info->kind],
                          info->n_vectors == 1 ? "" : "s", info->width);
}

GPtrArray *
pz_learned_inspect (const char *path)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_learned_info_free);

  add_learned_or_problem (found, path, PZ_LEARNED_WORDS);
  return found;
}

GPtrArray *
pz_learned_find (const char *model, const char *beside)
{
  const struct
  {
    GStrv folders;
    GPtrArray *(*list) (const char *const folders[]);
    PzLearnedKind kind; /* for a path that cannot be read */
  } searches[] = {
    { pz_learned_search_path (model, beside), pz_learned_list_paths, PZ_LEARNED_WORDS },
    { pz_lora_search_path (model, beside), pz_lora_list_paths, PZ_LEARNED_LORA },
  };
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_learned_info_free);

  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      g_autoptr (GPtrArray) paths =
        searches[i].list ((const char *const *) searches[i].folders);

      for (guint j = 0; j < paths->len; j++)
        add_learned_or_problem (found, paths->pdata[j], searches[i].kind);
      g_strfreev (searches[i].folders);
    }
  return found;
}
