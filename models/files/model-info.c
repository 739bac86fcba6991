/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-info.h"

#include "models/tasks/sampler.h"

/* ---- model.json ---- */

typedef struct
{
  char *name;
  char *licence;
  char *sampler;
  guint steps; /* 0 = not said */
  float guidance; /* below 0 = not said */
  guint size[PZ_CONFIG_MAX_LIST];
  guint n_size;
} ModelJson;

#define OFFSET(member) .offset = G_STRUCT_OFFSET (ModelJson, member)

static const PzConfigField fields[] = {
  { "name", PZ_CONFIG_STRING, OFFSET (name), .fallback = "null" },
  { "licence", PZ_CONFIG_STRING, OFFSET (licence), .fallback = "null" },
  { "sampler", PZ_CONFIG_STRING, OFFSET (sampler), .fallback = "null" },
  { "steps", PZ_CONFIG_UINT, OFFSET (steps), .fallback = "0" },
  { "guidance", PZ_CONFIG_FLOAT, OFFSET (guidance), .fallback = "-1" },
  { "size", PZ_CONFIG_UINTS, OFFSET (size), .count_offset = G_STRUCT_OFFSET (ModelJson, n_size),
    .fallback = "[0, 0]" },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

static void
clear_model_json (ModelJson *json)
{
  pz_config_clear (fields, json);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelJson, clear_model_json)

static gboolean
read_model_json (const char *path, ModelJson *json, GError **error)
{
  gboolean there = g_file_test (path, G_FILE_TEST_EXISTS);

  if (!(there ? pz_config_read (path, fields, json, error)
              : pz_config_parse ("{}", -1, path, fields, json, error)))
    return FALSE;
  if (json->n_size == 2)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: size: expected [width, height], found %u "
               "numbers",
               path, json->n_size);
  return FALSE;
}

/* ---- families, told apart by their own shapes ---- */

static const struct
{
  guint cross_attention_dim; /* 0 = any */
  const char *name;
} families[] = {
  { 768, "sd-1.x" },
  { 1024, "sd-2.x" },
  { 0, "sd-small" },
};

static const char *
find_family (const PzUnetConfig *unet)
{
  guint i = 0;

  while (families[i].cross_attention_dim != 0
         && families[i].cross_attention_dim != unet->cross_attention_dim)
    i++;
  return families[i].name;
}

/* Where model.json says nothing. Guidance: 8.5 is LCM's own default, 5 ELITE's, 7.5 Stable
 * Diffusion's. */
static void
apply_family (PzModelFolder *folder, ModelJson *json)
{
  PzModelInfo *info = &folder->info;
  double guidance = info->guidance_embedded ? 8.5 : info->personalizes ? 5.0 : 7.5;

  info->family = g_strdup (find_family (&folder->unet));
  info->sampler = json->sampler != NULL ? g_steal_pointer (&json->sampler)
                                        : g_strdup (info->guidance_embedded ? "lcm" : "ddim");
  info->steps = json->steps > 0 ? json->steps : info->guidance_embedded ? 4 : 50;
  info->guidance = json->guidance >= 0.0f ? (double) json->guidance : guidance;
}

static void
apply_size (PzModelFolder *folder, const ModelJson *json)
{
  PzModelInfo *info = &folder->info;
  guint factor = pz_tiny_vae_config_factor (&folder->vae);
  guint side = folder->unet.sample_size * factor;

  info->size_multiple = factor * pz_unet_config_multiple (&folder->unet);
  info->width = json->size[0] > 0 ? json->size[0] : side;
  info->height = json->size[1] > 0 ? json->size[1] : side;
}

static gboolean
check_defaults (const PzModelFolder *folder, const char *path, GError **error)
{
  const PzModelInfo *info = &folder->info;

  if (!pz_sampler_check (info->sampler, &folder->schedule, info->steps, error))
    {
      if (error != NULL)
        (*error)->code = PZ_ERROR_BAD_FILE;
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  if (info->width > 0 && info->width % info->size_multiple == 0 && info->height > 0
      && info->height % info->size_multiple == 0)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: size: expected multiples of %u, found %u x %u", path, info->size_multiple,
               info->width, info->height);
  return FALSE;
}

static guint64
sum_bytes (const PzModelFolder *folder)
{
  PzWeights *const all[] = {
    folder->text_weights, folder->vision_weights,        folder->unet_weights,
    folder->vae_weights,  folder->global_mapper_weights, folder->local_mapper_weights,
  };
  guint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    sum += all[i] != NULL ? pz_weights_get_file_bytes (all[i]) : 0;
  return sum;
}

gboolean
pz_model_info_fill (PzModelFolder *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, "model.json", NULL);
  g_auto (ModelJson) json = { 0 };
  PzModelInfo *info = &folder->info;

  if (!read_model_json (path, &json, error))
    return FALSE;
  info->path = g_strdup (folder->path);
  info->name =
    json.name != NULL ? g_steal_pointer (&json.name) : g_path_get_basename (folder->path);
  info->licence = g_steal_pointer (&json.licence);
  info->size_bytes = sum_bytes (folder);
  info->personalizes = (folder->parts & PZ_PARTS_PERSONALIZE) == PZ_PARTS_PERSONALIZE;
  info->guidance_embedded = folder->unet.time_cond_proj_dim > 0;
  info->max_tokens = folder->text.max_position_embeddings;
  if ((folder->parts & PZ_PARTS_GENERATE) != PZ_PARTS_GENERATE)
    return TRUE;
  apply_family (folder, &json);
  apply_size (folder, &json);
  return check_defaults (folder, path, error);
}

void
pz_model_info_clear (PzModelInfo *info)
{
  g_clear_pointer (&info->path, g_free);
  g_clear_pointer (&info->name, g_free);
  g_clear_pointer (&info->family, g_free);
  g_clear_pointer (&info->licence, g_free);
  g_clear_pointer (&info->problem, g_free);
  g_clear_pointer (&info->sampler, g_free);
}

PzModelInfo *
pz_model_info_copy (const PzModelInfo *info)
{
  PzModelInfo *copy = g_memdup2 (info, sizeof *info);

  copy->path = g_strdup (info->path);
  copy->name = g_strdup (info->name);
  copy->family = g_strdup (info->family);
  copy->licence = g_strdup (info->licence);
  copy->problem = g_strdup (info->problem);
  copy->sampler = g_strdup (info->sampler);
  return copy;
}

void
pz_model_info_free (PzModelInfo *info)
{
  if (info == NULL)
    return;
  pz_model_info_clear (info);
  g_free (info);
}
