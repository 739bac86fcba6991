/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the available models: pz_model_search_path (), pz_model_find () and pz_model_inspect () of models/session.h.
 */
#include <string.h>

#include "models/files/model-folder.h"
#include "models/files/model-info.h"
#include "models/files/source-folder.h"
#include "models/files/unsupported.h"
#include "models/session.h"

/* A folder that is intended as a model has at least one of these. */
static const char *const model_marks[] = { "model_index.json", "model.json", "unet",
                                           "text_encoder" };
static const char *const file_endings[] = { ".safetensors", ".ckpt" };

/* ---- where to look ---- */

/* data/models of the source tree if `beside` is in a build folder. (transfer full) */
static char *
find_source_models (const char *beside)
{
  g_autofree char *source = pz_source_folder (beside);

  return source != NULL ? g_build_filename (source, "data", "models", NULL) : NULL;
}

/* Takes ownership of folder, which may be NULL. */
static void
add_folder (GStrvBuilder *builder, GHashTable *seen, char *folder)
{
  g_autofree char *owned = folder;

  if (owned == NULL || owned[0] == '\0' || !g_hash_table_add (seen, g_strdup (owned)))
    return;
  g_strv_builder_add (builder, owned);
}

GStrv
pz_model_search_path (const char *beside)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *variable = g_getenv ("PERSONALIZE_MODEL_PATH");
  g_auto (GStrv) listed =
    g_strsplit (variable != NULL ? variable : "", G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; listed[i] != NULL; i++)
    add_folder (builder, seen, g_strdup (listed[i]));
  add_folder (builder, seen,
              g_build_filename (g_get_user_data_dir (), "gimp-personalize", "models", NULL));
  if (beside != NULL)
    {
      add_folder (builder, seen, g_strdup (beside));
      add_folder (builder, seen, g_build_filename (beside, "models", NULL));
      add_folder (builder, seen, find_source_models (beside));
    }
  return g_strv_builder_end (builder);
}

char *
pz_model_search_folder (const char *beside, const char *name, const char *what, GError **error)
{
  g_auto (GStrv) folders = pz_model_search_path (beside);
  g_autofree char *list = g_strjoinv (", ", folders);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (folders[i], name, NULL);

      if (g_file_test (folder, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&folder);
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "expected %s, found none in %s", what, list);
  return NULL;
}

/* ---- finding models ---- */

/* Adapters, embeddings and other files may be in the same folder as models. Files that cannot be read are listed, so that the
 * user sees the reason. */
static gboolean
file_looks_like_model (const char *path)
{
  g_autoptr (PzTensorFile) file = NULL;
  gboolean ends_well = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (file_endings); i++)
    ends_well = ends_well || g_str_has_suffix (path, file_endings[i]);
  if (!ends_well)
    return FALSE;
  file = pz_tensor_file_open (path, NULL);
  return file == NULL || pz_is_whole_model (file);
}

static gboolean
looks_like_model (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return file_looks_like_model (path);
  for (guint i = 0; i < G_N_ELEMENTS (model_marks); i++)
    {
      g_autofree char *mark = g_build_filename (path, model_marks[i], NULL);

      if (g_file_test (mark, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The paths of a folder's entries, sorted by name, without hidden ones. (transfer full) */
static GPtrArray *
list_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  return g_steal_pointer (&paths);
}

/* Several paths may lead to the same folder; it is added once. */
static void
add_model (GPtrArray *models, GHashTable *seen, const char *path)
{
  char *real = realpath (path, NULL);

  if (real != NULL && g_hash_table_add (seen, g_strdup (real)))
    g_ptr_array_add (models, pz_model_inspect (path));
  free (real);
}

GPtrArray *
pz_model_find (const char *beside)
{
  g_auto (GStrv) folders = pz_model_search_path (beside);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_model_info_free);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) paths = NULL;

      if (looks_like_model (folders[i]))
        {
          add_model (models, seen, folders[i]);
          continue;
        }
      paths = list_folder (folders[i]);
      for (guint j = 0; j < paths->len; j++)
        if (looks_like_model (paths->pdata[j]))
          add_model (models, seen, paths->pdata[j]);
    }
  return models;
}

char *
pz_model_find_first (const char *beside, GError **error)
{
  g_autoptr (GPtrArray) models = pz_model_find (beside);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < models->len; i++)
    {
      const PzModelInfo *info = g_ptr_array_index (models, i);
      if (info->problem == NULL)
        return g_strdup (info->path);
      g_string_append_printf (found, "%s%s", found->len > 0 ? "; " : "", info->problem);
    }
  if (found->len == 0)
    {
      g_auto (GStrv) folders = pz_model_search_path (beside);
      g_autofree char *list = g_strjoinv (", ", folders);
      g_string_append_printf (found, "nothing in %s", list);
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "expected a model, found %s", found->str);
  return NULL;
}

PzModelInfo *
pz_model_inspect (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) folder =
    pz_model_folder_open (path, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, &error);
  PzModelInfo *info;

  if (folder != NULL)
    return pz_model_info_copy (&folder->info);
  info = g_new0 (PzModelInfo, 1);
  info->path = g_strdup (path);
  info->name = g_path_get_basename (path);
  info->missing = pz_model_info_find_missing (path);
  info->problem = g_strdup (error->message);
  return info;
}
