/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-info.h"

#include "models/files/image-prompts.h"
#include "models/files/model-places.h"
#include "models/tasks/sampler.h"

/* Parts that are not needed to generate pictures. */
static const char *const extra_parts[] = { "image_encoder", "elite" };
/* Parts that are needed. */
static const char *const basic_parts[] = { "tokenizer", "text_encoder", "unet", "vae" };

/* ---- families, recognised by the U-Net's widths and the schedule's spacing ---- */

#define ANY 0

typedef struct
{
  guint cross_attention_dim; /* ANY = any */
  gboolean guidance_embedded;
  gboolean trailing; /* timestep spacing of models distilled to few steps */
  const char *name;
  const char *sampler;
  guint steps;
  double guidance;
} Family;

/* The first row that matches. Guidance: 8.5 is LCM's default, 7.5 Stable Diffusion's; models that personalize use ELITE's 5
 * instead. */
static const Family families[] = {
  { 768, TRUE, FALSE, "lcm-sd-1.x", "lcm", 4, 8.5 },
  { 768, FALSE, FALSE, "sd-1.x", "ddim", 50, 7.5 },
  { 1024, TRUE, FALSE, "lcm-sd-2.x", "lcm", 4, 8.5 },
  { 1024, FALSE, TRUE, "sd-turbo", "euler-trailing", 4, 1.0 },
  { 1024, FALSE, FALSE, "sd-2.x", "ddim", 50, 7.5 },
  { ANY, TRUE, FALSE, "sd-small", "lcm", 4, 8.5 },
  { ANY, FALSE, FALSE, "sd-small", "ddim", 50, 7.5 },
};
#define ELITE_GUIDANCE 5.0

static const Family *
find_family (const PzModelFolder *folder)
{
  gboolean trailing = folder->schedule.timestep_spacing == PZ_SPACING_TRAILING;
  gboolean embedded = folder->unet.time_cond_proj_dim > 0;
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (families)
         && ((families[i].cross_attention_dim != ANY
              && families[i].cross_attention_dim != folder->unet.cross_attention_dim)
             || families[i].guidance_embedded != embedded
             || (families[i].trailing && !trailing)))
    i++;
  return &families[i];
}

static void
apply_family (PzModelFolder *folder)
{
  const Family *family = find_family (folder);
  PzModelJson *json = &folder->json;
  PzModelInfo *info = &folder->info;
  gboolean elite = info->personalizes && !info->guidance_embedded && !family->trailing;

  info->family = g_strdup (family->name);
  info->sampler = g_strdup (json->sampler != NULL ? json->sampler : family->sampler);
  info->steps = json->steps > 0 ? json->steps : family->steps;
  info->guidance = elite ? ELITE_GUIDANCE : family->guidance;
  if (json->guidance >= 0.0)
    info->guidance = json->guidance;
  info->fidelity = json->fidelity >= 0.0 ? json->fidelity : PZ_DEFAULT_FIDELITY;
  info->step_limits = pz_schedule_config_limits (&folder->schedule);
}

void
pz_model_info_set_size (PzModelFolder *folder)
{
  const PzModelJson *json = &folder->json;
  PzModelInfo *info = &folder->info;
  guint factor = folder->vae.factor;
  const PzUnetConfig *unet = &folder->unet;

  info->size_multiple = factor * pz_unet_config_multiple (&folder->unet);
  info->width =
    json->size[0] > 0 ? json->size[0] : unet->sample_size[unet->n_sample_size - 1] * factor;
  info->height = json->size[1] > 0 ? json->size[1] : unet->sample_size[0] * factor;
}

static gboolean
check_defaults (const PzModelFolder *folder, const char *path, GError **error)
{
  const PzModelInfo *info = &folder->info;

  if (!pz_sampler_check (info->sampler, &info->step_limits, info->steps, error))
    {
      if (error != NULL)
        (*error)->code = PZ_ERROR_BAD_FILE;
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  if (!(info->fidelity <= PZ_MAX_FIDELITY))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: fidelity: expected 0 to %g, found %g", path, PZ_MAX_FIDELITY,
                   info->fidelity);
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

/* ---- weights ---- */

/* Size of all files, each counted once. */
static guint64
sum_bytes (const PzModelFolder *folder)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  PzWeights *weights[PZ_MODEL_N_WEIGHTS];
  guint64 sum = 0;

  pz_model_folder_list_weights (folder, weights);
  for (guint i = 0; i < PZ_MODEL_N_WEIGHTS; i++)
    if (weights[i] != NULL
        && g_hash_table_add (seen, (gpointer) pz_weights_get_path (weights[i])))
      sum += pz_weights_get_file_bytes (weights[i]);
  return sum;
}

/* The dtype of most of the U-Net's bytes, in lower case. (transfer full) */
static char *
find_precision (const PzModelFolder *folder)
{
  const PzTensorFile *file =
    folder->unet_weights != NULL ? pz_weights_get_file (folder->unet_weights) : NULL;
  guint64 bytes[PZ_N_FILE_DTYPES] = { 0 };
  guint most = 0;

  if (file == NULL)
    return NULL;
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);

      bytes[tensor->dtype] += tensor->n_bytes;
    }
  for (guint i = 0; i < PZ_N_FILE_DTYPES; i++)
    if (bytes[i] > bytes[most])
      most = i;
  return g_ascii_strdown (pz_file_dtype_name ((PzFileDtype) most), -1);
}

/* ---- missing parts ---- */

static void
add_missing (GString *text,
             const char *model,
             const PzModelJson *json,
             const char *const names[],
             guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    {
      g_autofree char *place = pz_model_place (model, json, names[i]);

      if (place == NULL || !g_file_test (place, G_FILE_TEST_EXISTS))
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", names[i]);
    }
}

char *
pz_model_info_find_missing (const char *model)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (PzModelJson) json = { 0 };

  if (!pz_model_json_read (model, &json, NULL))
    return NULL;
  add_missing (text, model, &json, basic_parts, G_N_ELEMENTS (basic_parts));
  add_missing (text, model, &json, extra_parts, G_N_ELEMENTS (extra_parts));
  return text->len > 0 ? g_string_free_and_steal (g_steal_pointer (&text)) : NULL;
}

/* Finds encoders by their names and headers; errors in one are reported when it is used. */
static guint
find_encoders (const PzModelFolder *folder)
{
  static const PzConceptBy by[PZ_N_IMAGE_PROMPTS] = {
    [PZ_IMAGE_PROMPT_BASE] = PZ_CONCEPT_BY_IP_ADAPTER,
    [PZ_IMAGE_PROMPT_PLUS] = PZ_CONCEPT_BY_IP_ADAPTER_PLUS,
  };
  guint found = folder->info.personalizes ? 1u << PZ_CONCEPT_BY_ELITE : 0;

  for (guint i = 0; i < PZ_N_IMAGE_PROMPTS; i++)
    {
      g_autofree char *path = pz_image_prompts_find (folder->path, NULL, i);

      if (path != NULL)
        found |= 1u << by[i];
    }
  return found;
}

gboolean
pz_model_info_fill (PzModelFolder *folder, GError **error)
{
  g_autofree char *path = pz_model_json_path (folder->path);
  PzModelInfo *info = &folder->info;

  info->path = g_strdup (folder->path);
  info->name = folder->json.name != NULL ? g_strdup (folder->json.name)
                                         : g_path_get_basename (folder->path);
  info->licence = g_strdup (folder->json.licence);
  info->size_bytes = sum_bytes (folder);
  info->precision = find_precision (folder);
  info->missing = pz_model_info_find_missing (folder->path);
  info->personalizes = (folder->parts & PZ_PARTS_PERSONALIZE) == PZ_PARTS_PERSONALIZE;
  info->concepts_by = find_encoders (folder);
  info->guidance_embedded = folder->unet.time_cond_proj_dim > 0;
  info->max_tokens = folder->text.max_position_embeddings;
  info->text_width = folder->text.hidden_size;
  if ((folder->parts & PZ_PARTS_GENERATE) != PZ_PARTS_GENERATE)
    return TRUE;
  apply_family (folder);
  pz_model_info_set_size (folder);
  return check_defaults (folder, path, error);
}

void
pz_model_info_clear (PzModelInfo *info)
{
  g_clear_pointer (&info->path, g_free);
  g_clear_pointer (&info->name, g_free);
  g_clear_pointer (&info->family, g_free);
  g_clear_pointer (&info->licence, g_free);
  g_clear_pointer (&info->precision, g_free);
  g_clear_pointer (&info->missing, g_free);
  g_clear_pointer (&info->problem, g_free);
  g_clear_pointer (&info->sampler, g_free);
  g_clear_pointer (&info->fingerprint, g_free);
  g_clear_pointer (&info->elite_fingerprint, g_free);
}

PzModelInfo *
pz_model_info_copy (const PzModelInfo *info)
{
  PzModelInfo *copy = g_memdup2 (info, sizeof *info);

  copy->path = g_strdup (info->path);
  copy->name = g_strdup (info->name);
  copy->family = g_strdup (info->family);
  copy->licence = g_strdup (info->licence);
  copy->precision = g_strdup (info->precision);
  copy->missing = g_strdup (info->missing);
  copy->problem = g_strdup (info->problem);
  copy->sampler = g_strdup (info->sampler);
  copy->fingerprint = g_strdup (info->fingerprint);
  copy->elite_fingerprint = g_strdup (info->elite_fingerprint);
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
