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
  if (!start || !start->mask)
    return g_strdup_printf ("concept %u", gimp_item_get_tattoo (GIMP_ITEM (concept)));
  return pz_result_place_of_mask (start->x, start->y, start->mask);
}

/* How much lies around what is selected depends on the pictures' shape, so it is left out. */
char *
pz_result_place_of_mask (gint x, gint y, const PzImage *mask)
{
  gint width = (gint) pz_image_get_width (mask), height = (gint) pz_image_get_height (mask);
  const float *pixel = pz_image_get_pixels (mask);
  gint left = width, top = height, right = -1, bottom = -1;
  g_autoptr (PzImage) selected = NULL;
  g_autofree char *hash = NULL;

  for (gint row = 0; row < height; row++)
    for (gint column = 0; column < width; column++)
      if (*pixel++ > 0)
        {
          left = MIN (left, column);
          right = MAX (right, column);
          top = MIN (top, row);
          bottom = row;
        }
  if (right < 0)
    left = top = right = bottom = 0;
  selected =
    pz_image_crop (mask, left, top, (guint) (right - left + 1), (guint) (bottom - top + 1));
  hash = pz_image_hash (selected);
  return g_strdup_printf ("selection %d,%d %s", x + left, y + top, hash);
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

/* Of those for the place, but for one, the visible ones. (transfer container) */
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
