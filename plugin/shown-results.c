/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/shown-results.h"

#include "plugin/result-group.h"

PzHostState
pz_shown_state (GimpLayer *layer)
{
  if (!gimp_item_is_valid (GIMP_ITEM (layer)))
    return PZ_HOST_GONE;
  for (GimpItem *item = GIMP_ITEM (layer); item; item = gimp_item_get_parent (item))
    if (!gimp_item_get_visible (item))
      return PZ_HOST_HIDDEN;
  return PZ_HOST_SHOWN;
}

/* Of a group's results, or all of a place: those are in groups of their own, or the user has moved them. */
static void
hide_others (GPtrArray *layers, GimpItem *layer, GimpItem *group, const char *place)
{
  for (guint i = 0; i < layers->len; i++)
    {
      GimpItem *other = g_ptr_array_index (layers, i), *other_group;
      g_autofree char *other_place = NULL;

      if (other == layer || !gimp_item_is_valid (other))
        continue;
      other_group = gimp_item_get_parent (other);
      if (other_group == group)
        gimp_item_set_visible (other, FALSE);
      else if (place && other_group)
        {
          other_place = pz_result_group_get_place (other_group);
          if (g_strcmp0 (place, other_place) == 0)
            gimp_item_set_visible (other_group, FALSE);
        }
    }
}

/* A hidden group that is shown again shows nothing else. */
static void
reveal (GPtrArray *layers, GimpItem *layer)
{
  GimpItem *group = gimp_item_get_parent (layer);

  if (group && !gimp_item_get_visible (group))
    hide_others (layers, layer, group, NULL);
  for (GimpItem *item = layer; item; item = gimp_item_get_parent (item))
    gimp_item_set_visible (item, TRUE);
}

void
pz_shown_set (GPtrArray *layers, guint result, gboolean shown, gboolean alone)
{
  GimpItem *layer = g_ptr_array_index (layers, result), *group;
  GimpImage *image;
  g_autofree char *place = NULL;

  if (!gimp_item_is_valid (layer))
    return;
  image = gimp_item_get_image (layer);
  group = gimp_item_get_parent (layer);
  gimp_image_undo_freeze (image);
  if (shown && alone && group)
    {
      place = pz_result_group_get_place (group);
      hide_others (layers, layer, group, place);
    }
  if (shown)
    reveal (layers, layer);
  else
    gimp_item_set_visible (layer, FALSE);
  gimp_image_undo_thaw (image);
  gimp_displays_flush ();
}

void
pz_shown_delete (GimpLayer *layer)
{
  GimpImage *image;
  GimpItem *group;

  if (!gimp_item_is_valid (GIMP_ITEM (layer)))
    return;
  image = gimp_item_get_image (GIMP_ITEM (layer));
  group = gimp_item_get_parent (GIMP_ITEM (layer));
  gimp_image_undo_group_start (image);
  gimp_image_remove_layer (image, layer);
  if (group)
    {
      g_autofree GimpItem **left = gimp_item_get_children (group);
      g_autofree char *place = pz_result_group_get_place (group);

      if (place && (!left || !left[0]))
        gimp_image_remove_layer (image, GIMP_LAYER (group));
    }
  gimp_image_undo_group_end (image);
  gimp_displays_flush ();
}
