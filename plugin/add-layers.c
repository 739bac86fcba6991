/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/add-layers.h"

#include <glib/gi18n.h>

#include "plugin/pixels.h"
#include "ui/thumbnail.h"

/* ---- names ---- */

/* At most n characters, the last an ellipsis when something was cut; white space made one blank. */
static char *
shorten (const char *text, glong n)
{
  g_autofree char *line = g_strdup (text);
  g_autofree char *head = NULL;

  for (char *p = line; *p; p++)
    if (g_ascii_isspace (*p))
      *p = ' ';
  g_strstrip (line);
  if (g_utf8_strlen (line, -1) <= n)
    return g_steal_pointer (&line);
  head = g_utf8_substring (line, 0, n - 1);
  return g_strconcat (g_strchomp (head), "…", NULL);
}

char *
pz_layer_name (const char *prompt, guint64 seed)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  /* Translators: the end of a layer's name, after the prompt. */
  g_autofree char *tail = g_strdup_printf (_ (" · seed %s"), number);
  g_autofree char *head = shorten (prompt, PZ_LAYER_NAME_CHARS - g_utf8_strlen (tail, -1));

  return g_strconcat (head, tail, NULL);
}

char *
pz_group_name (const char *prompt)
{
  return shorten (prompt, PZ_LAYER_NAME_CHARS);
}

/* ---- places ---- */

/* Where the group goes, and what its layers are centred on (in the middle of which point). */
typedef struct
{
  GimpItem *parent;
  gint position;
  gint centre_x2, centre_y2; /* twice the centre: no halves are lost */
  const PzHostStart *start; /* or over this; NULL = nothing was painted over */
} Place;

static Place
find_place (const PzAddLayers *params, const PzHostStart *start)
{
  GimpItem *concept = GIMP_ITEM (params->concept);
  gint x, y;

  /* Under the selection lies what is visible, so it goes on top of all. */
  if (concept && start && start->mask)
    return (Place) { .start = start };

  if (!concept)
    return (Place) {
      .centre_x2 = gimp_image_get_width (params->target),
      .centre_y2 = gimp_image_get_height (params->target),
    };
  gimp_drawable_get_offsets (GIMP_DRAWABLE (concept), &x, &y);
  return (Place) {
    .parent = gimp_item_get_parent (concept),
    .position = gimp_image_get_item_position (params->target, concept),
    .centre_x2 = 2 * x + gimp_drawable_get_width (GIMP_DRAWABLE (concept)),
    .centre_y2 = 2 * y + gimp_drawable_get_height (GIMP_DRAWABLE (concept)),
    .start = start,
  };
}

/* Rounds towards minus infinity, so that a layer does not jump by a pixel across the origin. */
static gint
half (gint twice)
{
  return (twice - (twice < 0 ? 1 : 0)) / 2;
}

/* ---- layers ---- */

static void
add_mask (GimpLayer *layer, const PzImage *mask)
{
  GimpLayerMask *layer_mask = gimp_layer_create_mask (layer, GIMP_ADD_MASK_WHITE);

  gimp_layer_add_mask (layer, layer_mask);
  pz_pixels_write (GIMP_DRAWABLE (layer_mask), mask);
  gimp_layer_set_edit_mask (layer, FALSE);
}

/* NULL when GIMP did not take it. */
static GimpLayer *
add_layer (const PzAddLayers *params,
           const Place *place,
           GimpLayer *group,
           gint position,
           const char *prompt,
           const PzHostResult *result,
           gboolean without_prompt)
{
  const PzImage *size = place->start ? place->start->picture : result->image;
  gint width = (gint) pz_image_get_width (size), height = (gint) pz_image_get_height (size);
  g_autofree char *name = pz_layer_name (prompt, result->seed);
  g_autofree char *recipe = NULL, *ignored = NULL;
  guint64 seed;
  g_autoptr (PzImage) picture =
    place->start ? pz_thumbnail_scale (result->image, (guint) width, (guint) height)
                 : pz_image_ref (result->image);
  GimpLayer *layer = gimp_layer_new (params->target, name, width, height, GIMP_RGBA_IMAGE, 100,
                                     gimp_image_get_default_new_layer_mode (params->target));

  if (!layer)
    return NULL;
  if (place->start)
    gimp_layer_set_offsets (layer, place->start->x, place->start->y);
  else
    gimp_layer_set_offsets (layer, half (place->centre_x2 - width),
                            half (place->centre_y2 - height));
  gimp_item_set_visible (GIMP_ITEM (layer), position == 0);
  if (!gimp_image_insert_layer (params->target, layer, group, position))
    return NULL;
  pz_pixels_write (GIMP_DRAWABLE (layer), picture);
  if (place->start && place->start->mask)
    add_mask (layer, place->start->mask);
  if (without_prompt)
    recipe = pz_recipe_without_prompts (result->recipe, &ignored, &seed);
  return pz_recipe_attach (layer, recipe ? recipe : result->recipe, params->source) ? layer
                                                                                    : NULL;
}

gboolean
pz_add_layers (const PzAddLayers *params, const PzHostAddition *addition, GPtrArray *layers)
{
  Place place = find_place (params, params->concept ? addition->start : NULL);
  const char *prompt = addition->without_prompt ? _ ("Personalized") : addition->prompt;
  g_autofree char *name = pz_group_name (prompt);
  GimpLayer *group = GIMP_LAYER (gimp_group_layer_new (params->target, name));
  guint n_before = layers->len;

  if (!group
      || !gimp_image_insert_layer (params->target, group, (GimpLayer *) place.parent,
                                   place.position))
    return FALSE;
  for (guint i = 0; i < addition->n_results; i++)
    {
      GimpLayer *layer = add_layer (params, &place, group, (gint) i, prompt,
                                    &addition->results[i], addition->without_prompt);

      if (!layer)
        {
          gimp_image_remove_layer (params->target, group);
          g_ptr_array_set_size (layers, (gint) n_before);
          return FALSE;
        }
      g_ptr_array_add (layers, layer);
    }
  return TRUE;
}
