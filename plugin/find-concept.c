/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/find-concept.h"

#include "plugin/recipe.h"

/* The recipe of the layer or, for a group, of its first child that has one. (transfer full), NULL = none. */
static char *
find_recipe (GimpLayer *layer)
{
  g_autofree GimpItem **children = NULL;
  char *recipe = NULL;

  if (!gimp_item_is_group (GIMP_ITEM (layer)))
    return pz_recipe_read (layer);
  children = gimp_item_get_children (GIMP_ITEM (layer));
  for (guint i = 0; !recipe && children && children[i]; i++)
    recipe = pz_recipe_read (GIMP_LAYER (children[i]));
  return recipe;
}

GimpLayer *
pz_find_concept (GimpLayer *layer)
{
  g_autofree char *recipe = find_recipe (layer);
  g_autofree char *source_name = NULL, *name = NULL;
  guint tattoo;
  GimpLayer *source;

  if (!recipe || !pz_recipe_get_source (recipe, &source_name, &tattoo))
    return layer;
  source = gimp_image_get_layer_by_tattoo (gimp_item_get_image (GIMP_ITEM (layer)), tattoo);
  if (!source)
    return layer;
  /* In a separate image, another layer may have the same tattoo as the concept in its image. */
  name = gimp_item_get_name (GIMP_ITEM (source));
  return g_str_equal (name, source_name) ? source : layer;
}
