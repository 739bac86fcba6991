/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/recipe-reader.h"

#include <json-glib/json-glib.h>

#define NEWEST_SCHEMA 1
#define HASH_CHARS 10 /* of a model's hash, as others write it */

struct _PzRecipeReader
{
  JsonNode *root;
  JsonObject *object; /* of root */
};

/* {member of the recipe, property of the settings}; of the same kind on both sides. */
static const struct
{
  const char *member, *property;
} recalled[] = {
  { "prompt", "prompt" },       { "negative_prompt", "negative-prompt" },
  { "seed", "seed" },           { "steps", "steps" },
  { "guidance", "guidance" },   { "fidelity", "fidelity" },
  { "words", "words" },         { "sampler", "sampler" },
  { "width", "width" },         { "height", "height" },
  { "strength", "strength" },   { "variation_of", "variation-of" },
  { "variation", "variation" },
};

PzRecipeReader *
pz_recipe_reader_new (const char *json, GError **error)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  PzRecipeReader *reader;
  JsonObject *object;
  gint64 schema;

  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
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
  json_node_unref (reader->root);
  g_free (reader);
}

static const char *
get_text (PzRecipeReader *reader, const char *member)
{
  JsonNode *node = json_object_get_member (reader->object, member);

  return node && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                  : "";
}

/* 0 where there is no number. */
static double
get_number (PzRecipeReader *reader, const char *member)
{
  JsonNode *node = json_object_get_member (reader->object, member);

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : 0;
}

guint64
pz_recipe_reader_get_seed (PzRecipeReader *reader)
{
  return (guint64) json_object_get_int_member_with_default (reader->object, "seed", 0);
}

const char *
pz_recipe_reader_get_prompt (PzRecipeReader *reader)
{
  return get_text (reader, "prompt");
}

void
pz_recipe_reader_apply (PzRecipeReader *reader, PzSettings *settings)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (settings);
  JsonNode *source;

  g_object_freeze_notify (G_OBJECT (settings));
  g_object_set (settings, "variation-of", -1, NULL); /* said where it is one */
  for (guint i = 0; i < G_N_ELEMENTS (recalled); i++)
    {
      GParamSpec *spec = g_object_class_find_property (klass, recalled[i].property);
      JsonNode *node = json_object_get_member (reader->object, recalled[i].member);
      g_auto (GValue) found = G_VALUE_INIT, value = G_VALUE_INIT;

      if (!node || !JSON_NODE_HOLDS_VALUE (node))
        continue;
      json_node_get_value (node, &found);
      g_value_init (&value, spec->value_type);
      if (G_VALUE_HOLDS_STRING (&found) == G_VALUE_HOLDS_STRING (&value)
          && g_value_transform (&found, &value) && !g_param_value_validate (spec, &value))
        g_object_set_property (G_OBJECT (settings), recalled[i].property, &value);
    }
  source = json_object_get_member (reader->object, "source");
  if (source && JSON_NODE_HOLDS_OBJECT (source))
    g_object_set (settings, "room",
                  CLAMP (json_object_get_double_member_with_default (
                           json_node_get_object (source), "room", 0),
                         0, PZ_MAX_ROOM),
                  NULL);
  g_object_thaw_notify (G_OBJECT (settings));
}

char *
pz_recipe_reader_to_text (PzRecipeReader *reader)
{
  GString *text = g_string_new (get_text (reader, "prompt"));
  const char *negative = get_text (reader, "negative_prompt");
  g_autofree char *sampler = g_ascii_strup (get_text (reader, "sampler"), -1);
  char guidance[G_ASCII_DTOSTR_BUF_SIZE];

  if (*negative)
    g_string_append_printf (text, "\nNegative prompt: %s", negative);
  /* Never "2,5": the text is for programs. */
  g_ascii_formatd (guidance, sizeof guidance, "%g", get_number (reader, "guidance"));
  g_string_append_printf (text,
                          "\nSteps: %.0f, Sampler: %s, CFG scale: %s, "
                          "Seed: %" G_GUINT64_FORMAT ", Size: %.0fx%.0f",
                          get_number (reader, "steps"), sampler, guidance,
                          pz_recipe_reader_get_seed (reader), get_number (reader, "width"),
                          get_number (reader, "height"));
  g_string_append_printf (text, ", Model hash: %.*s, Model: %s, Version: %s", HASH_CHARS,
                          get_text (reader, "model_fingerprint"), get_text (reader, "model"),
                          get_text (reader, "software"));
  return g_string_free (text, FALSE);
}
