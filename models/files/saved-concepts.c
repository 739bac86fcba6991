/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/saved-concepts.h"

#include <string.h>

#include <glib/gstdio.h>

#include "models/files/concept-file.h"
#include "models/files/json-text.h"

void
pz_saved_concept_free (PzSavedConcept *saved)
{
  g_free (saved->path);
  g_free (saved->title);
  g_free (saved->name);
  g_free (saved->method);
  g_free (saved->class_word);
  g_free (saved->model);
  g_free (saved->elite);
  g_free (saved->model_name);
  g_clear_pointer (&saved->thumbnail, pz_image_unref);
  g_free (saved->problem);
  g_free (saved);
}

static char *
name_of_file (const char *path)
{
  char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, PZ_CONCEPT_ENDING))
    name[strlen (name) - strlen (PZ_CONCEPT_ENDING)] = '\0';
  return name;
}

/* Tensors whose rows are as wide as the text encoder, and the dimension with that width. */
static const struct
{
  const char *name;
  guint dimension;
} wide[] = { { "words", 1 }, { "local", 1 }, { "image", 2 }, { "prefix", 2 } };

/* The model's name in the recipe. (transfer full), or NULL if there is none. */
static char *
find_model_name (const PzTensorFile *file)
{
  const char *recipe = pz_tensor_file_get_metadata (file, "recipe");
  g_autoptr (JsonNode) root =
    recipe != NULL ? pz_json_read_object ("recipe", recipe, -1, PZ_JSON_ANY, NULL) : NULL;
  JsonNode *name =
    root != NULL ? json_object_get_member (json_node_get_object (root), "model") : NULL;

  return name != NULL && json_node_get_value_type (name) == G_TYPE_STRING
           ? g_strdup (json_node_get_string (name))
           : NULL;
}

static void
read_head (PzSavedConcept *saved, const PzTensorFile *file)
{
  const PzFileTensor *words = pz_tensor_file_lookup (file, "words");
  const char *title = pz_tensor_file_get_metadata (file, "title");

  saved->name = g_strdup (pz_tensor_file_get_metadata (file, "name"));
  if (title == NULL)
    title = saved->name;
  if (title != NULL)
    g_set_str (&saved->title, title);
  saved->method = g_strdup (pz_tensor_file_get_metadata (file, "method"));
  saved->class_word = g_strdup (pz_tensor_file_get_metadata (file, "class_word"));
  saved->model = g_strdup (pz_tensor_file_get_metadata (file, "model_fingerprint"));
  saved->elite = g_strdup (pz_tensor_file_get_metadata (file, "elite_fingerprint"));
  saved->model_name = find_model_name (file);
  saved->thumbnail = pz_concept_file_read_thumbnail (file);
  saved->has_local = pz_tensor_file_lookup (file, "local") != NULL;
  saved->takes_fidelity = pz_concept_file_takes_fidelity (file);
  if (words != NULL && words->n_dims == 2)
    saved->n_words = (guint) MIN (words->dims[0], PZ_CONCEPT_MAX_WORDS);
  for (guint i = 0; i < G_N_ELEMENTS (wide) && saved->width == 0; i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_lookup (file, wide[i].name);

      if (tensor != NULL && tensor->n_dims > wide[i].dimension)
        saved->width = (guint) MIN (tensor->dims[wide[i].dimension], G_MAXUINT);
    }
}

PzSavedConcept *
pz_saved_concept_inspect (const char *path)
{
  PzSavedConcept *saved = g_new0 (PzSavedConcept, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, &error);
  GStatBuf status;

  saved->path = g_strdup (path);
  saved->title = name_of_file (path);
  if (g_stat (path, &status) == 0)
    {
      saved->size_bytes = (guint64) status.st_size;
      saved->modified_s = status.st_mtime;
    }
  if (file == NULL)
    saved->problem = g_strdup (error->message);
  else if (!pz_concept_file_is (file))
    saved->problem = g_strdup_printf ("%s: expected a concept, found another file", path);
  else
    read_head (saved, file);
  return saved;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const PzSavedConcept *const *one = a, *const *other = b;

  return g_utf8_collate ((*one)->title, (*other)->title);
}

GPtrArray *
pz_saved_concepts_find (void)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_saved_concept_free);
  g_autofree char *folder = pz_concept_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (name[0] != '.' && g_str_has_suffix (name, PZ_CONCEPT_ENDING)
          && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (found, pz_saved_concept_inspect (path));
    }
  g_ptr_array_sort (found, compare);
  return found;
}

char *
pz_saved_concept_path (const char *name)
{
  g_autofree char *folder = NULL, *whole = NULL;

  if (g_path_is_absolute (name))
    return g_strdup (name);
  folder = pz_concept_folder ();
  whole = g_str_has_suffix (name, PZ_CONCEPT_ENDING)
            ? g_strdup (name)
            : g_strconcat (name, PZ_CONCEPT_ENDING, NULL);
  return g_build_filename (folder, whole, NULL);
}

char *
pz_saved_concept_free_path (const char *title)
{
  g_autofree char *folder = pz_concept_folder ();
  g_autofree char *stem = g_strdup (title);

  /* The name must not contain a folder, and must not be hidden. */
  g_strdelimit (stem, "/\\", '-');
  if (stem[0] == '.')
    stem[0] = '_';
  for (guint n = 1;; n++)
    {
      g_autofree char *name = n == 1 ? g_strconcat (stem, PZ_CONCEPT_ENDING, NULL)
                                     : g_strdup_printf ("%s %u" PZ_CONCEPT_ENDING, stem, n);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}
