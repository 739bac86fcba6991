/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-places.h"

#include <string.h>

const char *const pz_weight_names[] = {
  "diffusion_pytorch_model.safetensors",
  "model.safetensors",
  "diffusion_pytorch_model.fp16.safetensors",
  "model.fp16.safetensors",
  "diffusion_pytorch_model.safetensors.index.json",
  "model.safetensors.index.json",
  "diffusion_pytorch_model.safetensors.index.fp16.json",
  "model.safetensors.index.fp16.json",
  "diffusion_pytorch_model.bin",
  "pytorch_model.bin",
  "diffusion_pytorch_model.fp16.bin",
  "pytorch_model.fp16.bin",
  "diffusion_pytorch_model.bin.index.json",
  "pytorch_model.bin.index.json",
  NULL,
};

const char *const pz_global_mapper_names[] = {
  "global_mapper.safetensors",
  "global_mapper.pt",
  "global_mapper.bin",
  NULL,
};

const char *const pz_local_mapper_names[] = {
  "local_mapper.safetensors",
  "local_mapper.pt",
  "local_mapper.bin",
  NULL,
};

/* Parts whose place model.json may give, and whether a single file contains them. */
static const struct
{
  const char *name;
  gsize offset;
  gboolean in_file;
} parts[] = {
  { "tokenizer", G_STRUCT_OFFSET (PzModelJson, tokenizer), TRUE },
  { "text_encoder", G_STRUCT_OFFSET (PzModelJson, text_encoder), TRUE },
  { "image_encoder", G_STRUCT_OFFSET (PzModelJson, image_encoder), FALSE },
  { "unet", G_STRUCT_OFFSET (PzModelJson, unet), TRUE },
  { "vae", G_STRUCT_OFFSET (PzModelJson, vae), TRUE },
  { "scheduler", G_STRUCT_OFFSET (PzModelJson, scheduler), FALSE },
  { "elite", G_STRUCT_OFFSET (PzModelJson, elite), FALSE },
  { "ip_adapter", G_STRUCT_OFFSET (PzModelJson, ip_adapter), FALSE },
  { "subject_finder", G_STRUCT_OFFSET (PzModelJson, subject_finder), FALSE },
};

static guint
find_part (const char *name)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (parts) && strcmp (parts[i].name, name) != 0)
    i++;
  g_assert (strcmp (parts[i].name, name) == 0);
  return i;
}

static char *
home_of (const char *model)
{
  g_autofree char *absolute = g_canonicalize_filename (model, NULL);

  return g_file_test (model, G_FILE_TEST_IS_REGULAR) ? g_path_get_dirname (absolute)
                                                     : g_steal_pointer (&absolute);
}

/* Searches this folder or file only. A vocabulary in the folder of a single file takes precedence over the built-in one. */
static char *
place_in (const char *model, guint part)
{
  g_autofree char *home = home_of (model);
  g_autofree char *folder = g_build_filename (home, parts[part].name, NULL);
  gboolean is_file = g_file_test (model, G_FILE_TEST_IS_REGULAR);
  gboolean looks_beside = !is_file || strcmp (parts[part].name, "tokenizer") == 0;

  if (looks_beside && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  return is_file && parts[part].in_file ? g_strdup (model) : NULL;
}

/* ELITE's folder may contain the vision tower that its mappers were trained with; NULL if it does not. */
static char *
place_beside_mappers (const char *model, const PzModelJson *json, guint part)
{
  g_autofree char *elite = pz_model_place (model, json, "elite");

  return elite != NULL ? place_in (elite, part) : NULL;
}

char *
pz_model_place (const char *model, const PzModelJson *json, const char *part)
{
  guint index = find_part (part);
  const char *given = G_STRUCT_MEMBER (char *, json, parts[index].offset);
  g_autofree char *home = home_of (model);
  g_autofree char *base = NULL;
  char *place;

  if (given != NULL)
    return g_canonicalize_filename (given, home);
  place =
    strcmp (part, "image_encoder") == 0 ? place_beside_mappers (model, json, index) : NULL;
  if (place == NULL)
    place = place_in (model, index);
  if (place != NULL || json->base == NULL)
    return place;
  base = g_canonicalize_filename (json->base, home);
  return place_in (base, index);
}

char *
pz_model_place_file (const char *folder, const char *const names[])
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}
