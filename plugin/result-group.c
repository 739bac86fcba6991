/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/result-group.h"

#include "plugin/layer-tree.h"
#include "plugin/text-parasite.h"

#define GROUP_PARASITE "plug-in-personalize-concept/group"

char *
pz_result_place (GimpLayer *concept, const PzHostStart *start)
{
  return start && start->place
           ? g_strdup (start->place)
           : g_strdup_printf ("concept %u", gimp_item_get_tattoo (GIMP_ITEM (concept)));
}

char *
pz_result_place_of_selection (gint x, gint y, const PzImage *selected)
{
  g_autofree char *hash = pz_image_hash (selected);

  return g_strdup_printf ("selection %d,%d %s", x, y, hash);
}

gboolean
pz_result_group_mark (GimpLayer *group, const char *place)
{
  return pz_item_set_text (GIMP_ITEM (group), GROUP_PARASITE, place);
}

char *
pz_result_group_get_place (GimpItem *item)
{
  return pz_item_get_text (item, GROUP_PARASITE);
}

typedef struct
{
  const char *place;
  GimpLayer *but;
  GPtrArray *found; /* GimpLayer */
} Search;

static void
look_at (GimpLayer *layer, gpointer data)
{
  Search *search = data;
  g_autofree char *place = NULL;

  if (layer == search->but || !gimp_item_is_group (GIMP_ITEM (layer)))
    return;
  place = pz_result_group_get_place (GIMP_ITEM (layer));
  if (g_strcmp0 (place, search->place) == 0 && gimp_item_get_visible (GIMP_ITEM (layer)))
    g_ptr_array_add (search->found, layer);
}

/* The visible groups for the place, except `but`. (transfer container) */
static GPtrArray *
find_visible (GimpImage *image, const char *place, GimpLayer *but)
{
  Search search = { place, but, g_ptr_array_new () };

  pz_layer_tree_walk (image, look_at, &search);
  return search.found;
}

gboolean
pz_result_groups_are_seen (GimpImage *image, const char *place)
{
  g_autoptr (GPtrArray) found = find_visible (image, place, NULL);

  return found->len > 0;
}

void
pz_result_groups_hide (GimpImage *image, const char *place, GimpLayer *but)
{
  g_autoptr (GPtrArray) found = find_visible (image, place, but);

  for (guint i = 0; i < found->len; i++)
    gimp_item_set_visible (found->pdata[i], FALSE);
}
