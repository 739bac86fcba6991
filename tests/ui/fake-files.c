/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fake of models/model-files.h: every model is one file, without mappers.
 */
#include "models/model-files.h"

static void
clear_file (gpointer data)
{
  PzModelFile *file = data;

  g_free (file->name);
  g_free (file->path);
  g_free (file);
}

static void
add_file (GPtrArray *list, guint uses, const char *name, const char *path)
{
  PzModelFile *file = g_new0 (PzModelFile, 1);

  *file = (PzModelFile) { uses, g_strdup (name),   g_strdup (path), path != NULL,
                          1000, path ? 0 : 1000000 };
  g_ptr_array_add (list, file);
}

/* One file with everything except the mappers, whose location is not configured. The real list is tested with real models. */
GPtrArray *
pz_model_list_files (const char *model)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (clear_file);
  g_autofree char *base = model ? g_path_get_basename (model) : g_strdup ("model");

  add_file (list, PZ_FILE_TEXT_ENCODER | PZ_FILE_UNET | PZ_FILE_VAE, base, model);
  add_file (list, PZ_FILE_GLOBAL_MAPPER, "model.json: \"elite\", global_mapper.safetensors",
            NULL);
  return list;
}

char *
pz_model_home (const char *model)
{
  return g_path_get_dirname (model);
}
