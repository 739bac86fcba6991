/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/add-layers.h"

#include <glib/gi18n.h>

#include "plugin/layer-tree.h"
#include "plugin/pixels.h"
#include "plugin/result-group.h"
#include "plugin/soft-edge.h"
#include "ui/thumbnail.h"

/* ---- names ---- */

char *
pz_name_line (const char *text)
{
  char *line = g_strdup (text);

  for (char *p = line; *p; p++)
    if (g_ascii_isspace (*p))
      *p = ' ';
  return g_strstrip (line);
}

/* At most n characters, the last an ellipsis when something was cut; white space made one blank. */
static char *
shorten (const char *text, glong n)
{
  g_autofree char *line = pz_name_line (text);
  g_autofree char *head = NULL;

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

/* Where the group goes, and where its layers lie. */
typedef struct
{
  GimpItem *parent;
  gint position;
  gboolean native; /* layers have the pictures' own size */
  GeglRectangle around; /* what they are centred on, and scaled to */
  const PzHostStart *start; /* or over this; NULL = nothing was painted over */
} Place;

/* The first place from above that has all results of before below it, and the concept. */
static gint
find_position (GimpItem *beside)
{
  g_autofree GimpItem **siblings = pz_layer_tree_siblings (beside);
  gint i = 0;

  while (siblings[i] != beside)
    {
      g_autofree char *place = pz_result_group_get_place (siblings[i]);

      if (place)
        break;
      i++;
    }
  return i;
}

static GeglRectangle
extent_of (GimpDrawable *drawable)
{
  GeglRectangle extent = { 0, 0, gimp_drawable_get_width (drawable),
                           gimp_drawable_get_height (drawable) };

  gimp_drawable_get_offsets (drawable, &extent.x, &extent.y);
  return extent;
}

static Place
find_place (const PzAddLayers *params, const PzHostAddition *addition)
{
  const PzHostStart *start = params->concept ? addition->start : NULL;
  GimpItem *beside;
  Place place = { .native = TRUE, .start = start };

  /* Under the selection lies what is visible, so it goes on top of all. */
  if (start && start->mask)
    return place;
  place.around = (GeglRectangle) { 0, 0, gimp_image_get_width (params->target),
                                   gimp_image_get_height (params->target) };
  if (!params->concept)
    return place;
  beside = pz_layer_tree_outside_locks (GIMP_ITEM (params->concept));
  place.parent = gimp_item_get_parent (beside);
  place.position = find_position (beside);
  place.around = extent_of (GIMP_DRAWABLE (params->concept));
  if (!gegl_rectangle_is_empty (&params->square))
    {
      place.native = addition->native_size;
      place.around = params->square;
    }
  return place;
}

/* Rounds towards minus infinity, so that a layer does not jump by a pixel across the origin. */
static gint
half (gint twice)
{
  return (twice - (twice < 0 ? 1 : 0)) / 2;
}

/* As large as fits, with the shape it has, or as large as it is; in the middle. */
static GeglRectangle
rectangle_of (const Place *place, const PzImage *result)
{
  gint width = (gint) pz_image_get_width (result), height = (gint) pz_image_get_height (result);
  const GeglRectangle *around = &place->around;
  double scale = MIN ((double) around->width / width, (double) around->height / height);

  if (place->start)
    return (GeglRectangle) { place->start->x, place->start->y, place->start->width,
                             place->start->height };
  if (!place->native)
    {
      width = MAX (1, (gint) (width * scale + 0.5));
      height = MAX (1, (gint) (height * scale + 0.5));
    }
  return (GeglRectangle) { half (2 * around->x + around->width - width),
                           half (2 * around->y + around->height - height), width, height };
}

/* ---- layers ---- */

/* What is not in the image yet can be written whatever the image refuses, and leaves nothing behind. */

static gboolean
add_mask (GimpLayer *layer, PzImage *mask)
{
  GimpLayerMask *layer_mask = gimp_layer_create_mask (layer, GIMP_ADD_MASK_WHITE);
  g_autoptr (PzImage) soft = pz_soft_edge (mask);

  if (!layer_mask)
    return FALSE;
  pz_pixels_write (GIMP_DRAWABLE (layer_mask), soft);
  return gimp_layer_add_mask (layer, layer_mask) && gimp_layer_set_edit_mask (layer, FALSE);
}

static gboolean
attach_recipe (GimpLayer *layer,
               const PzHostResult *result,
               gboolean without_prompt,
               const PzRecipeSource *source)
{
  g_autofree char *recipe = NULL, *ignored = NULL;
  guint64 seed;

  if (without_prompt)
    recipe = pz_recipe_without_prompts (result->recipe, &ignored, &seed);
  return pz_recipe_attach (layer, recipe ? recipe : result->recipe, source);
}

static GimpLayer *
make_layer (GimpImage *image, const Place *place, const char *name, PzImage *result)
{
  GeglRectangle at = rectangle_of (place, result);
  GimpLayer *layer = gimp_layer_new (image, name, at.width, at.height, GIMP_RGBA_IMAGE, 100,
                                     gimp_image_get_default_new_layer_mode (image));

  if (!layer)
    return NULL;
  gimp_layer_set_offsets (layer, at.x, at.y);
  pz_pixels_write (GIMP_DRAWABLE (layer), result);
  return layer;
}

/* (transfer container); NULL when GIMP did not make one of them. */
static GPtrArray *
make_layers (const PzAddLayers *params,
             const Place *place,
             const PzHostAddition *addition,
             const char *prompt)
{
  g_autoptr (GPtrArray) made = g_ptr_array_new ();

  for (guint i = 0; i < addition->n_results; i++)
    {
      const PzHostResult *result = &addition->results[i];
      g_autofree char *name = pz_layer_name (prompt, result->seed);
      GimpLayer *layer = make_layer (params->target, place, name, result->image);

      if (layer)
        g_ptr_array_add (made, layer);
      if (!layer
          || (place->start && place->start->mask && !add_mask (layer, place->start->mask))
          || !attach_recipe (layer, result, addition->without_prompt, params->source))
        {
          for (guint n = 0; n < made->len; n++)
            gimp_item_delete (made->pdata[n]);
          return NULL;
        }
      gimp_item_set_visible (GIMP_ITEM (layer), i == 0);
    }
  return g_steal_pointer (&made);
}

static GimpLayer *
make_group (GimpImage *image, const char *prompt, const char *place)
{
  g_autofree char *name = pz_group_name (prompt);
  GimpLayer *group = GIMP_LAYER (gimp_group_layer_new (image, name));

  if (group && !pz_result_group_mark (group, place))
    {
      gimp_item_delete (GIMP_ITEM (group));
      return NULL;
    }
  return group;
}

gboolean
pz_add_layers (const PzAddLayers *params, const PzHostAddition *addition, GPtrArray *layers)
{
  Place place = find_place (params, addition);
  const char *prompt = addition->without_prompt ? _ ("Personalized") : addition->prompt;
  g_autoptr (GPtrArray) made = make_layers (params, &place, addition, prompt);
  g_autofree char *name =
    params->concept ? pz_result_place (params->concept, place.start) : g_strdup ("image");
  GimpLayer *group = made ? make_group (params->target, prompt, name) : NULL;

  if (!group
      || !gimp_image_insert_layer (params->target, group, (GimpLayer *) place.parent,
                                   place.position))
    return FALSE;
  for (guint i = 0; i < made->len; i++)
    if (!gimp_image_insert_layer (params->target, made->pdata[i], group, (gint) i))
      {
        gimp_image_remove_layer (params->target, group);
        return FALSE;
      }
  /* What was made for the same place before does not stay in sight. */
  pz_result_groups_hide (params->target, name, group);
  g_ptr_array_extend (layers, made, NULL, NULL);
  return TRUE;
}
