/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-json.h"

#include <string.h>

#define OFFSET(member) .offset = G_STRUCT_OFFSET (PzModelJson, member)
#define STRING(member) { #member, PZ_CONFIG_STRING, OFFSET (member), .fallback = "null" }

static const PzConfigField fields[] = {
  STRING (name),
  STRING (licence),
  STRING (sampler),
  { "steps", PZ_CONFIG_UINT, OFFSET (steps), .fallback = "0" },
  { "guidance", PZ_CONFIG_DOUBLE, OFFSET (guidance), .fallback = "-1" },
  { "fidelity", PZ_CONFIG_DOUBLE, OFFSET (fidelity), .fallback = "-1" },
  { "size", PZ_CONFIG_UINTS, OFFSET (size),
    .count_offset = G_STRUCT_OFFSET (PzModelJson, n_size), .fallback = "[0, 0]" },
  STRING (prediction_type),
  STRING (base),
  STRING (tokenizer),
  STRING (text_encoder),
  STRING (image_encoder),
  STRING (unet),
  STRING (vae),
  STRING (scheduler),
  STRING (elite),
  STRING (ip_adapter),
  STRING (subject_finder),
  STRING (embeddings),
  STRING (loras),
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

char *
pz_model_json_path (const char *model)
{
  const char *dot = strrchr (model, '.');
  g_autofree char *stem = NULL;

  if (!g_file_test (model, G_FILE_TEST_IS_REGULAR))
    return g_build_filename (model, "model.json", NULL);
  stem = dot != NULL ? g_strndup (model, (gsize) (dot - model)) : g_strdup (model);
  return g_strconcat (stem, ".json", NULL);
}

gboolean
pz_model_json_read (const char *model, PzModelJson *json, GError **error)
{
  g_autofree char *path = pz_model_json_path (model);
  gboolean there = g_file_test (path, G_FILE_TEST_EXISTS);

  if (!(there ? pz_config_read (path, fields, json, error)
              : pz_config_parse ("{}", -1, path, fields, json, error)))
    return FALSE;
  if (json->n_size == 2)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: size: expected [width, height], found %u numbers", path, json->n_size);
  return FALSE;
}

void
pz_model_json_clear (PzModelJson *json)
{
  pz_config_clear (fields, json);
}
