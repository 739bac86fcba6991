/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/recipe-reader.h"

#include "models/files/json-text.h"
#include "models/params.h"

#define NEWEST_SCHEMA 1
#define HASH_CHARS 10 /* of a model's hash, as other programs write it */

struct _PzRecipeReader
{
  JsonNode *root;
  JsonObject *object; /* of root */
};

PzRecipeReader *
pz_recipe_reader_new (const char *json, GError **error)
{
  g_autoptr (JsonNode) root = pz_json_read_object ("recipe", json, -1, PZ_JSON_ANY, NULL);
  PzRecipeReader *reader;
  JsonObject *object;
  gint64 schema;

  if (!root)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "recipe: expected a JSON object, found something else");
      return NULL;
    }
  object = json_node_get_object (root);
  schema = json_object_get_int_member_with_default (object, "schema", 0);
  if (schema < 1 || schema > NEWEST_SCHEMA)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "recipe: expected schema 1 to %d, found %" G_GINT64_FORMAT, NEWEST_SCHEMA,
                   schema);
      return NULL;
    }
  reader = g_new0 (PzRecipeReader, 1);
  reader->root = g_steal_pointer (&root);
  reader->object = object;
  return reader;
}

void
pz_recipe_reader_free (PzRecipeReader *reader)
{
  if (reader == NULL)
    return;
  json_node_unref (reader->root);
  g_free (reader);
}

const char *
pz_recipe_reader_get_text (const PzRecipeReader *reader, const char *member)
{
  JsonNode *node = json_object_get_member (reader->object, member);

  return node && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                  : "";
}

double
pz_recipe_reader_get_number (const PzRecipeReader *reader, const char *member, double fallback)
{
  JsonNode *node = json_object_get_member (reader->object, member);

  return node
             && (json_node_get_value_type (node) == G_TYPE_INT64
                 || json_node_get_value_type (node) == G_TYPE_DOUBLE)
           ? json_node_get_double (node)
           : fallback;
}

guint64
pz_recipe_reader_get_seed (const PzRecipeReader *reader)
{
  return (guint64) json_object_get_int_member_with_default (reader->object, "seed", 0);
}

JsonObject *
pz_recipe_reader_get_object (const PzRecipeReader *reader)
{
  return reader->object;
}

guint
pz_recipe_reader_count (const PzRecipeReader *reader, const char *member)
{
  JsonNode *node = json_object_get_member (reader->object, member);

  return node && JSON_NODE_HOLDS_ARRAY (node)
           ? json_array_get_length (json_node_get_array (node))
           : 0;
}

char *
pz_recipe_reader_to_text (const PzRecipeReader *reader)
{
  GString *text = g_string_new (pz_recipe_reader_get_text (reader, "prompt"));
  const char *negative = pz_recipe_reader_get_text (reader, "negative_prompt");
  const char *sampler = pz_recipe_reader_get_text (reader, "sampler");
  const char *title = pz_sampler_title_of (sampler);
  char guidance[G_ASCII_DTOSTR_BUF_SIZE];

  if (*negative)
    g_string_append_printf (text, "\nNegative prompt: %s", negative);
  /* Independent of the locale, since programs parse the text. */
  g_ascii_formatd (guidance, sizeof guidance, "%g",
                   pz_recipe_reader_get_number (reader, "guidance", 0));
  g_string_append_printf (text,
                          "\nSteps: %.0f, Sampler: %s, CFG scale: %s, "
                          "Seed: %" G_GUINT64_FORMAT ", Size: %.0fx%.0f",
                          pz_recipe_reader_get_number (reader, "steps", 0),
                          title != NULL ? title : sampler, guidance,
                          pz_recipe_reader_get_seed (reader),
                          pz_recipe_reader_get_number (reader, "width", 0),
                          pz_recipe_reader_get_number (reader, "height", 0));
  g_string_append_printf (text, ", Model hash: %.*s, Model: %s, Version: %s", HASH_CHARS,
                          pz_recipe_reader_get_text (reader, "model_fingerprint"),
                          pz_recipe_reader_get_text (reader, "model"),
                          pz_recipe_reader_get_text (reader, "software"));
  return g_string_free (text, FALSE);
}
