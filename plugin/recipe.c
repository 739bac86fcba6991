/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/recipe.h"

#include <json-glib/json-glib.h>

#include "plugin/text-parasite.h"

static const char *const prompt_members[] = { "prompt", "encoded_prompt", "negative_prompt" };

char *
pz_recipe_with_source (const char *recipe, const PzRecipeSource *source)
{
  g_autoptr (JsonNode) root = json_from_string (recipe, NULL);
  JsonObject *member;

  g_return_val_if_fail (root && JSON_NODE_HOLDS_OBJECT (root), g_strdup (recipe));
  member = json_object_new ();
  json_object_set_string_member (member, "layer", source->layer);
  json_object_set_int_member (member, "tattoo", source->tattoo);
  json_object_set_string_member (member, "mask_source", source->mask_source);
  json_object_set_double_member (member, "room", source->room);
  json_object_set_object_member (json_node_get_object (root), "source", member);
  return json_to_string (root, FALSE);
}

gboolean
pz_recipe_get_source (const char *recipe, char **name, guint *tattoo)
{
  g_autoptr (JsonNode) root = json_from_string (recipe, NULL);
  JsonObject *object =
    root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *source = object ? json_object_get_member (object, "source") : NULL;

  if (!source || !JSON_NODE_HOLDS_OBJECT (source))
    return FALSE;
  object = json_node_get_object (source);
  *name = g_strdup (json_object_get_string_member_with_default (object, "layer", ""));
  *tattoo = (guint) json_object_get_int_member_with_default (object, "tattoo", 0);
  return TRUE;
}

char *
pz_recipe_without_prompts (const char *recipe, char **prompt, guint64 *seed)
{
  g_autoptr (JsonNode) root = json_from_string (recipe, NULL);
  JsonObject *object;

  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  *prompt = g_strdup (json_object_get_string_member_with_default (object, "prompt", ""));
  *seed = (guint64) json_object_get_int_member_with_default (object, "seed", 0);
  for (guint i = 0; i < G_N_ELEMENTS (prompt_members); i++)
    json_object_set_string_member (object, prompt_members[i], "");
  return json_to_string (root, FALSE);
}

gboolean
pz_recipe_attach_json (GimpLayer *layer, const char *json)
{
  return pz_item_set_text (GIMP_ITEM (layer), PZ_RECIPE_PARASITE, json);
}

gboolean
pz_recipe_attach (GimpLayer *layer, const char *recipe, const PzRecipeSource *source)
{
  g_autofree char *json = pz_recipe_with_source (recipe, source);

  return pz_recipe_attach_json (layer, json);
}

char *
pz_recipe_read (GimpLayer *layer)
{
  return pz_item_get_text (GIMP_ITEM (layer), PZ_RECIPE_PARASITE);
}
