/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/image-prompt-file.h"

#include <string.h>

#define PROJ "image_proj."
#define KEYS "to_k_ip.weight"
#define MAX_TOKENS 1024
#define MAX_WIDTH 65536
#define MAX_LAYERS 64

static const char *const names[PZ_N_IMAGE_PROMPTS] = {
  [PZ_IMAGE_PROMPT_BASE] = "ip-adapter",
  [PZ_IMAGE_PROMPT_PLUS] = "ip-adapter-plus",
};

const char *
pz_image_prompt_name (PzImagePromptKind kind)
{
  return names[kind];
}

gboolean
pz_image_prompt_by_name (const char *name, PzImagePromptKind *kind)
{
  for (guint i = 0; name != NULL && i < PZ_N_IMAGE_PROMPTS; i++)
    if (strcmp (names[i], name) == 0)
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
pz_image_prompt_file_is (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (g_str_has_suffix (pz_tensor_file_get_tensor (file, i)->name, KEYS))
      return TRUE;
  return FALSE;
}

/* ---- measuring the tensors ---- */

/* Keys that only unsupported kinds have. */
static const struct
{
  const char *key, *what;
} others[] = {
  { PROJ "proj.3.weight", "an IP-Adapter for whole faces (full-face)" },
  { PROJ "proj.0.weight", "an IP-Adapter of FaceID" },
  { PROJ "perceiver_resampler.proj_in.weight", "an IP-Adapter of FaceID (plus)" },
};

static gboolean
refuse_others (const PzTensorFile *file, GError **error)
{
  const char *path = pz_tensor_file_get_path (file);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (pz_tensor_file_lookup (file, others[i].key) != NULL)
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                     "%s: %s: an IP-Adapter or an IP-Adapter plus expected, found %s, which is "
                     "not supported yet",
                     path, others[i].key, others[i].what);
        return FALSE;
      }
  return TRUE;
}

/* Checks the dimensions of a tensor and writes them to found. expected: 0 = any size from 1 to MAX_WIDTH. */
static gboolean
measure (const PzTensorFile *file,
         const char *key,
         guint n_dims,
         const guint expected[],
         guint found[],
         GError **error)
{
  const PzFileTensor *tensor = pz_tensor_file_lookup (file, key);
  g_autoptr (GString) shape = g_string_new (NULL);
  gboolean good = tensor != NULL && tensor->n_dims == n_dims;

  for (guint i = 0; good && i < n_dims; i++)
    {
      good = expected[i] == 0 ? tensor->dims[i] > 0 && tensor->dims[i] <= MAX_WIDTH
                              : tensor->dims[i] == expected[i];
      if (good)
        found[i] = (guint) tensor->dims[i];
    }
  if (good)
    return TRUE;
  for (guint i = 0; i < n_dims; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", expected[i]);
      g_string_append_printf (shape, "%s%s", i > 0 ? ", " : "",
                              expected[i] != 0 ? number : "…");
    }
  g_autoptr (GString) other = g_string_new (tensor != NULL ? "[" : "no such tensor");
  for (guint i = 0; tensor != NULL && i < tensor->n_dims; i++)
    g_string_append_printf (other, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", tensor->dims[i]);
  g_string_append (other, tensor != NULL ? "]" : "");
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: expected [%s], found %s",
               pz_tensor_file_get_path (file), key, shape->str, other->str);
  return FALSE;
}

static gboolean
refuse_multiple (const PzTensorFile *file,
                 const char *key,
                 guint rows,
                 guint unit,
                 GError **error)
{
  if (rows % unit == 0 && rows / unit <= MAX_TOKENS)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: %s: expected a multiple of %u rows, found %u",
               pz_tensor_file_get_path (file), key, unit, rows);
  return FALSE;
}

static gboolean
measure_base (const PzTensorFile *file, PzImagePromptConfig *config, GError **error)
{
  guint norm[1], proj[2];

  if (!measure (file, PROJ "norm.weight", 1, (guint[]) { 0 }, norm, error)
      || !measure (file, PROJ "proj.weight", 2, (guint[]) { 0, 0 }, proj, error)
      || !refuse_multiple (file, PROJ "proj.weight", proj[0], norm[0], error))
    return FALSE;
  config->cross_attention_dim = norm[0];
  config->n_tokens = proj[0] / norm[0];
  config->embed_dim = proj[1];
  return TRUE;
}

static guint
count_layers (const PzTensorFile *file)
{
  guint n = 0;

  for (; n < MAX_LAYERS; n++)
    {
      g_autofree char *key = g_strdup_printf (PROJ "layers.%u.0.to_q.weight", n);

      if (pz_tensor_file_lookup (file, key) == NULL)
        break;
    }
  return n;
}

static gboolean
measure_plus (const PzTensorFile *file, PzImagePromptConfig *config, GError **error)
{
  guint latents[3], in[2], out[2], q[2], forward[2];

  if (!measure (file, PROJ "latents", 3, (guint[]) { 1, 0, 0 }, latents, error)
      || !measure (file, PROJ "proj_in.weight", 2, (guint[]) { latents[2], 0 }, in, error)
      || !measure (file, PROJ "proj_out.weight", 2, (guint[]) { 0, latents[2] }, out, error)
      || !measure (file, PROJ "layers.0.0.to_q.weight", 2, (guint[]) { 0, latents[2] }, q,
                   error)
      || !refuse_multiple (file, PROJ "layers.0.0.to_q.weight", q[0], PZ_IMAGE_PROMPT_HEAD_DIM,
                           error)
      || !measure (file, PROJ "layers.0.1.1.weight", 2, (guint[]) { 0, latents[2] }, forward,
                   error))
    return FALSE;
  config->n_tokens = MIN (latents[1], MAX_TOKENS);
  config->dim = latents[2];
  config->embed_dim = in[1];
  config->cross_attention_dim = out[0];
  config->inner_dim = q[0];
  config->feed_forward_dim = forward[0];
  config->depth = count_layers (file);
  return TRUE;
}

/* ---- the kinds ---- */

static const struct
{
  const char *key; /* identifies the kind */
  gboolean (*measure) (const PzTensorFile *file, PzImagePromptConfig *config, GError **error);
} kinds[PZ_N_IMAGE_PROMPTS] = {
  [PZ_IMAGE_PROMPT_BASE] = { PROJ "proj.weight", measure_base },
  [PZ_IMAGE_PROMPT_PLUS] = { PROJ "latents", measure_plus },
};

gboolean
pz_image_prompt_file_measure (const PzTensorFile *file,
                              PzImagePromptConfig *config,
                              GError **error)
{
  if (!refuse_others (file, error))
    return FALSE;
  for (guint i = 0; i < PZ_N_IMAGE_PROMPTS; i++)
    if (pz_tensor_file_lookup (file, kinds[i].key) != NULL)
      {
        config->kind = i;
        return kinds[i].measure (file, config, error);
      }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected " PROJ "proj.weight (IP-Adapter) or " PROJ
               "latents (IP-Adapter plus), found neither",
               pz_tensor_file_get_path (file));
  return FALSE;
}
