/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/results/recipe-reader.h"

#include "ui/settings-table.h"

void
pz_recipe_reader_apply (const PzRecipeReader *reader, PzSettings *settings)
{
  JsonObject *object = pz_recipe_reader_get_object (reader);
  GObjectClass *klass = G_OBJECT_GET_CLASS (settings);
  JsonNode *source;

  g_object_freeze_notify (G_OBJECT (settings));
  g_object_set (settings, "variation-of", -1, NULL); /* only recipes of variations set it */
  for (guint i = 0; i < pz_n_settings; i++)
    {
      const PzSetting *setting = &pz_settings_table[i];
      GParamSpec *spec = g_object_class_find_property (klass, setting->name);
      JsonNode *node =
        setting->recipe ? json_object_get_member (object, setting->recipe) : NULL;
      g_auto (GValue) found = G_VALUE_INIT, value = G_VALUE_INIT;

      if (!node || !JSON_NODE_HOLDS_VALUE (node))
        continue;
      json_node_get_value (node, &found);
      g_value_init (&value, spec->value_type);
      if (G_VALUE_HOLDS_STRING (&found) == G_VALUE_HOLDS_STRING (&value)
          && g_value_transform (&found, &value) && !g_param_value_validate (spec, &value))
        g_object_set_property (G_OBJECT (settings), setting->name, &value);
    }
  source = json_object_get_member (object, "source");
  if (source && JSON_NODE_HOLDS_OBJECT (source))
    g_object_set (settings, "room",
                  CLAMP (json_object_get_double_member_with_default (
                           json_node_get_object (source), "room", 0),
                         0, PZ_MAX_ROOM),
                  NULL);
  g_object_thaw_notify (G_OBJECT (settings));
}
