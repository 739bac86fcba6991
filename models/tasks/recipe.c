/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recipe of a picture: see recipe.h.
 */
#include "models/tasks/recipe.h"

#include <json-glib/json-glib.h>

#define RECIPE_SCHEMA 1

static void
add_string (JsonBuilder *builder, const char *key, const char *value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *key, guint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_double (JsonBuilder *builder, const char *key, double value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, value);
}

static void
add_concepts (JsonBuilder *builder, const PzRecipe *recipe)
{
  json_builder_set_member_name (builder, "concepts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < recipe->n_concepts; i++)
    {
      g_autofree char *crop = pz_image_hash (pz_concept_get_crop (recipe->concepts[i]));
      g_autofree char *mask = pz_image_hash (pz_concept_get_crop_mask (recipe->concepts[i]));

      json_builder_begin_object (builder);
      add_string (builder, "crop_sha256", crop);
      add_string (builder, "mask_sha256", mask);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

char *
pz_recipe_to_json (const PzRecipe *recipe, guint64 seed)
{
  const PzGenerateParams *params = recipe->params;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_int (builder, "schema", RECIPE_SCHEMA);
  add_string (builder, "software", "gimp-personalize " PZ_VERSION);
  add_string (builder, "model", recipe->model->name);
  add_string (builder, "model_fingerprint", recipe->fingerprint);
  add_string (builder, "prompt", params->prompt);
  add_string (builder, "encoded_prompt", recipe->encoded_prompt);
  add_string (builder, "negative_prompt",
              params->negative_prompt != NULL ? params->negative_prompt : "");
  add_int (builder, "seed", seed);
  add_int (builder, "steps", params->steps);
  add_double (builder, "guidance", params->guidance);
  add_double (builder, "fidelity", params->fidelity);
  add_string (builder, "words", params->words == PZ_WORDS_ALL ? "all" : "primary");
  add_string (builder, "sampler", params->sampler);
  add_int (builder, "width", params->width);
  add_int (builder, "height", params->height);
  add_concepts (builder, recipe);
  add_string (builder, "device", recipe->device);
  add_string (builder, "driver", recipe->driver);
  add_string (builder, "precision", recipe->f32 ? "f32" : "f16");
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
