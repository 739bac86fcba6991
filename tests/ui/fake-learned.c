/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fake of models/learned.h: .safetensors files are LoRA files, .pt files are words. Both have the name of the file.
 */
#include "models/learned.h"

#include <string.h>

static const struct
{
  const char *folder, *ending;
  PzLearnedKind kind;
} kinds[] = {
  { "embeddings", ".pt", PZ_LEARNED_WORDS },
  { "loras", ".safetensors", PZ_LEARNED_LORA },
};

void
pz_learned_info_free (PzLearnedInfo *info)
{
  g_free (info->path);
  g_free (info->name);
  g_free (info->problem);
  g_free (info);
}

static PzLearnedInfo *
inspect (const char *path)
{
  PzLearnedInfo *info = g_new0 (PzLearnedInfo, 1);

  info->path = g_strdup (path);
  info->name = g_path_get_basename (path);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (path, kinds[i].ending))
      {
        info->kind = kinds[i].kind;
        info->name[strlen (info->name) - strlen (kinds[i].ending)] = '\0';
        return info;
      }
  info->problem = g_strdup ("fake: found another file");
  return info;
}

GPtrArray *
pz_learned_inspect (const char *path)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_learned_info_free);

  g_ptr_array_add (found, inspect (path));
  return found;
}

GPtrArray *
pz_learned_find (const char *model, const char *beside)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_learned_info_free);

  (void) model;
  (void) beside;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *folder =
        g_build_filename (g_get_user_data_dir (), "gimp-personalize", kinds[i].folder, NULL);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir && (name = g_dir_read_name (dir)))
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          g_ptr_array_add (found, inspect (path));
        }
    }
  return found;
}
