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

/* Identifies a concept by the picture that it was encoded from or, if that is not known, by its contents. */
static void
add_concept (JsonBuilder *builder, const PzConcept *concept)
{
  if (pz_concept_get_crop (concept) != NULL)
    {
      g_autofree char *crop = pz_image_hash (pz_concept_get_crop (concept));
      g_autofree char *mask = pz_image_hash (pz_concept_get_crop_mask (concept));

      /* ELITE is the default and is left out. */
      if (pz_concept_get_n_image_tokens (concept) > 0)
        add_string (builder, "method", pz_concept_get_method (concept));
      add_string (builder, "crop_sha256", crop);
      add_string (builder, "mask_sha256", mask);
      return;
    }
  g_autofree char *hash = pz_concept_hash (concept);

  if (pz_concept_get_name (concept) != NULL)
    add_string (builder, "name", pz_concept_get_name (concept));
  add_string (builder, "method", pz_concept_get_method (concept));
  add_string (builder, "sha256", hash);
}

static void
add_concepts (JsonBuilder *builder, const PzConditioning *recipe, gboolean has_fidelities)
{
  json_builder_set_member_name (builder, "concepts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < recipe->n_concepts; i++)
    {
      json_builder_begin_object (builder);
      add_concept (builder, recipe->concepts[i]);
      if (has_fidelities)
        add_double (builder, "fidelity", recipe->fidelities[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* Adds the picture that is painted over. */
static void
add_start (JsonBuilder *builder, const PzGenerateParams *params)
{
  g_autofree char *picture = pz_image_hash (params->start);
  g_autofree char *mask =
    params->start_mask != NULL ? pz_image_hash (params->start_mask) : NULL;

  json_builder_set_member_name (builder, "start");
  json_builder_begin_object (builder);
  add_string (builder, "picture_sha256", picture);
  if (mask != NULL)
    add_string (builder, "mask_sha256", mask);
  json_builder_end_object (builder);
  add_double (builder, "strength", params->strength > 0.0 ? params->strength : 1.0);
}

/* Adds a file without its folder, because folders differ between machines. */
static void
add_file (JsonBuilder *builder, const char *path, const char *sha256)
{
  g_autofree char *name = g_path_get_basename (path);

  add_string (builder, "file", name);
  add_string (builder, "sha256", sha256);
}

/* Adds the learned words with hashes, because another file of the same name would change the result. */
static void
add_learned (JsonBuilder *builder, const PzConditioning *conditioning)
{
  const PzPrompt *const prompts[] = { conditioning->prompt, conditioning->negative };

  json_builder_set_member_name (builder, "embeddings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    for (guint j = 0; j < prompts[i]->learned->len; j++)
      {
        PzEmbedding *word = prompts[i]->learned->pdata[j];

        if (i > 0 && g_ptr_array_find (prompts[0]->learned, word, NULL))
          continue;
        json_builder_begin_object (builder);
        add_string (builder, "name", word->name);
        add_file (builder, word->path, word->sha256);
        json_builder_end_object (builder);
      }
  json_builder_end_array (builder);
}

/* Those that the prompt requests are found by their tags; the others must be given again. */
static void
add_loras (JsonBuilder *builder, const PzConditioning *conditioning)
{
  json_builder_set_member_name (builder, "loras");
  json_builder_begin_array (builder);
  for (guint i = 0; i < conditioning->loras->len; i++)
    {
      const PzConditioningLora *one =
        &g_array_index (conditioning->loras, PzConditioningLora, i);

      json_builder_begin_object (builder);
      add_string (builder, "name", pz_lora_get_name (one->lora));
      add_file (builder, pz_lora_get_path (one->lora), pz_lora_get_sha256 (one->lora));
      add_double (builder, "weight", one->unet);
      if (one->text != one->unet)
        add_double (builder, "text_weight", one->text);
      json_builder_set_member_name (builder, "in_prompt");
      json_builder_add_boolean_value (builder, one->in_prompt);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_file_object (JsonBuilder *builder, const char *key, const char *path, const char *sha256)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_object (builder);
  add_file (builder, path, sha256);
  json_builder_end_object (builder);
}

char *
pz_recipe_to_json (const PzRecipe *recipe, guint64 seed)
{
  const PzGenerateParams *params = recipe->params;
  const PzConditioning *conditioning = recipe->conditioning;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_int (builder, "schema", RECIPE_SCHEMA);
  add_string (builder, "software", "gimp-personalize " PZ_VERSION);
  add_string (builder, "model", recipe->model->name);
  add_string (builder, "model_fingerprint", recipe->fingerprint);
  add_string (builder, "prompt", params->prompt);
  add_string (builder, "encoded_prompt", conditioning->prompt->text);
  add_string (builder, "negative_prompt",
              params->negative_prompt != NULL ? params->negative_prompt : "");
  if (conditioning->prompt->n_cut > 0)
    add_int (builder, "unread_tokens", conditioning->prompt->n_cut);
  add_int (builder, "seed", seed);
  if (params->variation > 0.0)
    {
      add_int (builder, "variation_of", params->variation_of);
      add_double (builder, "variation", params->variation);
    }
  add_int (builder, "steps", params->steps);
  add_double (builder, "guidance", params->guidance);
  add_double (builder, "fidelity",
              params->n_fidelities > 0 ? params->fidelities[0] : params->fidelity);
  add_string (builder, "words", params->words == PZ_WORDS_ALL ? "all" : "primary");
  add_string (builder, "sampler", params->sampler);
  add_int (builder, "width", params->width);
  add_int (builder, "height", params->height);
  if (params->start != NULL)
    add_start (builder, params);
  add_concepts (builder, conditioning, params->n_fidelities > 1);
  add_learned (builder, conditioning);
  if (conditioning->loras->len > 0)
    add_loras (builder, conditioning);
  if (conditioning->adapter != NULL)
    add_file_object (builder, "adapter", conditioning->adapter->path,
                     conditioning->adapter->sha256);
  if (conditioning->encoding != NULL)
    add_file_object (builder, "negative_encoding", conditioning->encoding->path,
                     conditioning->encoding->sha256);
  add_string (builder, "device", recipe->device);
  add_string (builder, "driver", recipe->driver);
  add_string (builder, "precision", recipe->f32 ? "f32" : "f16");
  if (recipe->packs_weights)
    add_int (builder, "weights", 8);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
