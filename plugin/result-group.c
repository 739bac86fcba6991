/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/result-group.h"

#include <string.h>

#include "plugin/layer-tree.h"

#define GROUP_PARASITE "plug-in-personalize-concept/group"

char *
pz_result_place (GimpLayer *concept, const PzHostStart *start)
{
  g_autofree char *mask = NULL;

  if (!start || !start->mask)
    return g_strdup_printf ("concept %u", gimp_item_get_tattoo (GIMP_ITEM (concept)));
  mask = pz_image_hash (start->mask);
  return g_strdup_printf ("selection %d,%d %s", start->x, start->y, mask);
}

gboolean
pz_result_group_mark (GimpLayer *group, const char *place)
{
  GimpParasite *parasite =
    gimp_parasite_new (GROUP_PARASITE, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                       (guint32) strlen (place), place);
  gboolean attached = gimp_item_attach_parasite (GIMP_ITEM (group), parasite);

  gimp_parasite_free (parasite);
  return attached;
}

char *
pz_result_group_get_place (GimpItem *item)
{
  GimpParasite *parasite = gimp_item_get_parasite (item, GROUP_PARASITE);
  const char *data;
  guint32 size;
  char *place;

  if (!parasite)
    return NULL;
  data = gimp_parasite_get_data (parasite, &size);
  place = g_strndup (data, size);
  gimp_parasite_free (parasite);
  return place;
}

typedef struct
{
  const char *place;
  GimpLayer *but;
} Hiding;

static void
hide_in_place (GimpLayer *layer, gpointer data)
{
  const Hiding *hiding = data;
  g_autofree char *place = NULL;

  if (layer == hiding->but || !gimp_item_is_group (GIMP_ITEM (layer)))
    return;
  place = pz_result_group_get_place (GIMP_ITEM (layer));
  if (g_strcmp0 (place, hiding->place) == 0)
    gimp_item_set_visible (GIMP_ITEM (layer), FALSE);
}

void
pz_result_groups_hide (GimpImage *image, const char *place, GimpLayer *but)
{
  pz_layer_tree_walk (image, hide_in_place, &(Hiding) { place, but });
}
