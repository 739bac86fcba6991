/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/model-files.h"

#include <string.h>

#include <glib/gstdio.h>

#include "models/files/model-places.h"

static const char *const vocabulary_names[] = { "vocab.json", NULL };
static const char *const merges_names[] = { "merges.txt", NULL };
static const char *const config_names[] = { "config.json", NULL };

/* In the order in which a picture is generated. */
static const struct
{
  PzModelFileUse use;
  const char *part; /* see pz_model_place () */
  const char *const *names; /* any of these */
  const char *usual;
  gboolean optional; /* listed only if it exists */
  guint64 usual_bytes; /* see PzModelFile */
} files[] = {
  { PZ_FILE_READS_PROMPT, "tokenizer", vocabulary_names, "vocab.json" },
  { PZ_FILE_READS_PROMPT, "tokenizer", merges_names, "merges.txt" },
  { PZ_FILE_TEXT_ENCODER, "text_encoder", config_names, "config.json" },
  { PZ_FILE_TEXT_ENCODER, "text_encoder", pz_weight_names, "model.safetensors",
    .usual_bytes = 246145760 },
  { PZ_FILE_IMAGE_ENCODER, "image_encoder", config_names, "config.json", .optional = TRUE },
  { PZ_FILE_IMAGE_ENCODER, "image_encoder", pz_weight_names, "model.safetensors",
    .usual_bytes = 607983344 },
  { PZ_FILE_GLOBAL_MAPPER, "elite", config_names, "config.json", .optional = TRUE },
  { PZ_FILE_GLOBAL_MAPPER, "elite", pz_global_mapper_names, "global_mapper.safetensors",
    .usual_bytes = 96162952 },
  { PZ_FILE_LOCAL_MAPPER, "elite", pz_local_mapper_names, "local_mapper.safetensors",
    .usual_bytes = 96162952 },
  { PZ_FILE_UNET, "unet", config_names, "config.json" },
  { PZ_FILE_UNET, "unet", pz_weight_names, "diffusion_pytorch_model.safetensors",
    .usual_bytes = 1719131352 },
  { PZ_FILE_VAE, "vae", config_names, "config.json" },
  { PZ_FILE_VAE, "vae", pz_weight_names, "diffusion_pytorch_model.safetensors",
    .usual_bytes = 167337446 },
};

static void
file_free (gpointer data)
{
  PzModelFile *file = data;

  g_free (file->name);
  g_free (file->path);
  g_free (file);
}

static gboolean
is_file (const char *path)
{
  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* Whether the model is a file, or was one when it was chosen and no longer exists. */
static gboolean
is_model_file (const char *model)
{
  return is_file (model)
         || (!g_file_test (model, G_FILE_TEST_EXISTS)
             && (g_str_has_suffix (model, ".safetensors")
                 || g_str_has_suffix (model, ".ckpt")));
}

char *
pz_model_home (const char *model)
{
  g_autofree char *absolute = g_canonicalize_filename (model, NULL);

  return is_model_file (absolute) ? g_path_get_dirname (absolute) : g_steal_pointer (&absolute);
}

/* (transfer full) */
static char *
name_below (const char *home, const char *path)
{
  const gsize n = strlen (home);

  return g_str_has_prefix (path, home) && path[n] == G_DIR_SEPARATOR ? g_strdup (path + n + 1)
                                                                     : g_strdup (path);
}

/* A file with several uses is listed once. */
static void
add (GPtrArray *list, const char *home, guint use, const char *path)
{
  PzModelFile *file;
  GStatBuf status;

  for (guint i = 0; i < list->len; i++)
    {
      file = g_ptr_array_index (list, i);
      if (g_strcmp0 (file->path, path) == 0)
        {
          file->uses |= use;
          return;
        }
    }
  file = g_new0 (PzModelFile, 1);
  file->uses = use;
  file->path = g_strdup (path);
  file->name = name_below (home, path);
  file->found = g_stat (path, &status) == 0;
  if (file->found)
    file->size_bytes = (guint64) status.st_size;
  g_ptr_array_add (list, file);
}

/* Adds the existing file of a part in a folder, else the usual one. */
static void
add_from_folder (GPtrArray *list, const char *home, const char *place, guint row)
{
  g_autofree char *found = pz_model_place_file (place, files[row].names);
  g_autofree char *usual = g_build_filename (place, files[row].usual, NULL);

  if (found != NULL || !files[row].optional)
    add (list, home, files[row].use, found != NULL ? found : usual);
}

/* Adds a part whose place is unknown: for a single file, model.json must give it. */
static void
add_unknown (GPtrArray *list, const char *model, const char *home, guint row)
{
  g_autofree char *json = pz_model_json_path (model);
  g_autofree char *json_name = name_below (home, json);
  PzModelFile *file;

  if (files[row].optional)
    return;
  file = g_new0 (PzModelFile, 1);
  file->uses = files[row].use;
  file->name = g_strdup_printf ("%s: \"%s\", %s", json_name, files[row].part, files[row].usual);
  file->usual_bytes = files[row].usual_bytes;
  g_ptr_array_add (list, file);
}

#define NEVER_IN_A_SINGLE_FILE \
  (PZ_FILE_IMAGE_ENCODER | PZ_FILE_GLOBAL_MAPPER | PZ_FILE_LOCAL_MAPPER)

static void
add_row (GPtrArray *list, const char *model, const PzModelJson *json, guint row)
{
  g_autofree char *home = pz_model_home (model);
  g_autofree char *place = pz_model_place (model, json, files[row].part);
  gboolean said_nowhere = place == NULL && is_model_file (model);

  if (is_file (place))
    add (list, home, files[row].use, place);
  else if (said_nowhere && (files[row].use & NEVER_IN_A_SINGLE_FILE) != 0)
    add_unknown (list, model, home, row);
  else if (said_nowhere)
    add (list, home, files[row].use, model);
  else
    {
      g_autofree char *own = g_build_filename (home, files[row].part, NULL);

      add_from_folder (list, home, place != NULL ? place : own, row);
    }
}

static void
add_usual (GPtrArray *list, guint row)
{
  PzModelFile *file;

  if (files[row].optional)
    return;
  file = g_new0 (PzModelFile, 1);
  file->uses = files[row].use;
  file->name = g_build_filename (files[row].part, files[row].usual, NULL);
  file->usual_bytes = files[row].usual_bytes;
  g_ptr_array_add (list, file);
}

GPtrArray *
pz_model_list_files (const char *model)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (file_free);
  g_auto (PzModelJson) json = { 0 };

  /* Errors in a model.json are reported when the model is opened. */
  if (model != NULL)
    pz_model_json_read (model, &json, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (model != NULL)
      add_row (list, model, &json, i);
    else
      add_usual (list, i);
  return list;
}
