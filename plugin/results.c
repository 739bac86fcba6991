/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/results.h"

#include "plugin/pixels.h"
#include "plugin/recipe.h"
#include "plugin/result-group.h"

typedef struct
{
  GimpLayer *layer; /* as it was added */
  GimpLayer *native; /* its replacement; NULL = not replaced */
  PzImage *picture;
} Result;

struct _PzResults
{
  GArray *results; /* Result */
};

static void
clear_result (gpointer data)
{
  pz_image_unref (((Result *) data)->picture);
}

PzResults *
pz_results_new (void)
{
  PzResults *results = g_new0 (PzResults, 1);

  results->results = g_array_new (FALSE, FALSE, sizeof (Result));
  g_array_set_clear_func (results->results, clear_result);
  return results;
}

void
pz_results_free (PzResults *results)
{
  g_array_unref (results->results);
  g_free (results);
}

void
pz_results_add (PzResults *results, GimpLayer *layer, PzImage *picture)
{
  Result result = { .layer = layer, .picture = pz_image_ref (picture) };

  g_array_append_val (results->results, result);
}

guint
pz_results_get_n (const PzResults *results)
{
  return results->results->len;
}

/* The layer, or its native replacement: undo and redo exchange them. NULL = neither is in an image. */
static GimpItem *
item_of (PzResults *results, guint index)
{
  const Result *result = &g_array_index (results->results, Result, index);

  if (gimp_item_is_valid (GIMP_ITEM (result->layer)))
    return GIMP_ITEM (result->layer);
  if (result->native && gimp_item_is_valid (GIMP_ITEM (result->native)))
    return GIMP_ITEM (result->native);
  return NULL;
}

GimpLayer **
pz_results_get_layers (PzResults *results)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new ();

  for (guint i = 0; i < results->results->len; i++)
    {
      GimpItem *item = item_of (results, i);

      if (item)
        g_ptr_array_add (layers, item);
    }
  g_ptr_array_add (layers, NULL);
  return (GimpLayer **) g_ptr_array_free (g_steal_pointer (&layers), FALSE);
}

/* ---- showing ---- */

PzHostState
pz_results_get_state (PzResults *results, guint result)
{
  GimpItem *item = item_of (results, result);

  if (!item)
    return PZ_HOST_GONE;
  for (; item; item = gimp_item_get_parent (item))
    if (!gimp_item_get_visible (item))
      return PZ_HOST_HIDDEN;
  return PZ_HOST_SHOWN;
}

/* Hides the other results in the group and, if place is not NULL, the other groups of results for that place. */
static void
hide_others (PzResults *results, GimpItem *item, GimpItem *group, const char *place)
{
  for (guint i = 0; i < results->results->len; i++)
    {
      GimpItem *other = item_of (results, i), *other_group;
      g_autofree char *other_place = NULL;

      if (!other || other == item)
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

/* If the group was hidden, showing it must not show its other results. */
static void
reveal (PzResults *results, GimpItem *item)
{
  GimpItem *group = gimp_item_get_parent (item);

  if (group && !gimp_item_get_visible (group))
    hide_others (results, item, group, NULL);
  for (; item; item = gimp_item_get_parent (item))
    gimp_item_set_visible (item, TRUE);
}

void
pz_results_show (PzResults *results, guint result, gboolean shown, gboolean alone)
{
  GimpItem *item = item_of (results, result), *group;
  GimpImage *image;
  g_autofree char *place = NULL;

  if (!item)
    return;
  image = gimp_item_get_image (item);
  group = gimp_item_get_parent (item);
  gimp_image_undo_freeze (image);
  if (shown && alone && group)
    {
      place = pz_result_group_get_place (group);
      hide_others (results, item, group, place);
    }
  if (shown)
    reveal (results, item);
  else
    gimp_item_set_visible (item, FALSE);
  gimp_image_undo_thaw (image);
  gimp_displays_flush ();
}

/* ---- editing ---- */

void
pz_results_delete (PzResults *results, guint result)
{
  GimpItem *item = item_of (results, result), *group;
  GimpImage *image;

  if (!item)
    return;
  image = gimp_item_get_image (item);
  group = gimp_item_get_parent (item);
  gimp_image_undo_group_start (image);
  gimp_image_remove_layer (image, GIMP_LAYER (item));
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

/* The layer is not inserted into the image. */
static GimpLayer *
native_twin (GimpLayer *layer, PzImage *picture)
{
  gint width = (gint) pz_image_get_width (picture),
       height = (gint) pz_image_get_height (picture);
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (layer));
  g_autofree char *recipe = pz_recipe_read (layer);
  GimpLayer *twin = gimp_layer_new (gimp_item_get_image (GIMP_ITEM (layer)), name, width,
                                    height, GIMP_RGBA_IMAGE, gimp_layer_get_opacity (layer),
                                    gimp_layer_get_mode (layer));
  gint x, y;

  if (!twin)
    return NULL;
  gimp_drawable_get_offsets (GIMP_DRAWABLE (layer), &x, &y);
  gimp_layer_set_offsets (twin,
                          x + (gimp_drawable_get_width (GIMP_DRAWABLE (layer)) - width) / 2,
                          y + (gimp_drawable_get_height (GIMP_DRAWABLE (layer)) - height) / 2);
  gimp_item_set_visible (GIMP_ITEM (twin), gimp_item_get_visible (GIMP_ITEM (layer)));
  pz_pixels_write (GIMP_DRAWABLE (twin), picture);
  if (recipe)
    pz_recipe_attach_json (twin, recipe);
  return twin;
}

/* Removes the old layer first, because GIMP would number a second layer of the same name. Keeps the selected layers, with the
 * new layer for the old one. */
static void
replace (GimpImage *image, GimpLayer *old, GimpLayer *twin)
{
  GimpItem *parent = gimp_item_get_parent (GIMP_ITEM (old));
  gint position = gimp_image_get_item_position (image, GIMP_ITEM (old));
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (image);

  for (guint i = 0; selected && selected[i]; i++)
    if (selected[i] == old)
      selected[i] = twin;
  gimp_image_undo_group_start (image);
  gimp_image_freeze_layers (image);
  gimp_image_remove_layer (image, old);
  gimp_image_insert_layer (image, twin, (GimpLayer *) parent, position);
  gimp_image_set_selected_layers (image, (const GimpLayer **) selected);
  gimp_image_thaw_layers (image);
  gimp_image_undo_group_end (image);
  gimp_displays_flush ();
}

void
pz_results_make_native (PzResults *results, guint index)
{
  Result *result = &g_array_index (results->results, Result, index);
  GimpLayer *twin;

  if (!gimp_item_is_valid (GIMP_ITEM (result->layer)))
    return; /* deleted, or replaced already */
  twin = native_twin (result->layer, result->picture);
  if (!twin)
    return;
  replace (gimp_item_get_image (GIMP_ITEM (result->layer)), result->layer, twin);
  result->native = twin;
}
