/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/recipe.h"

#include <string.h>

#include <json-glib/json-glib.h>

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
  json_object_set_object_member (json_node_get_object (root), "source", member);
  return json_to_string (root, FALSE);
}

gboolean
pz_recipe_attach (GimpLayer *layer, const char *recipe, const PzRecipeSource *source)
{
  g_autofree char *json = pz_recipe_with_source (recipe, source);
  GimpParasite *parasite =
    gimp_parasite_new (PZ_RECIPE_PARASITE, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                       (guint32) strlen (json), json);
  gboolean attached = gimp_item_attach_parasite (GIMP_ITEM (layer), parasite);

  gimp_parasite_free (parasite);
  return attached;
}
