/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/add-layers.h"

#include <glib/gi18n.h>

#include "plugin/layer-tree.h"
#include "plugin/pixels.h"
#include "plugin/result-group.h"
#include "plugin/soft-edge.h"

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

/* At most n characters on one line; the last is an ellipsis if the text was cut. (transfer full) */
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

/* The position of the group in the layer tree, and of its layers in the image. */
typedef struct
{
  GimpItem *parent;
  gint position;
  gboolean native; /* layers have the size of the pictures */
  GeglRectangle around; /* the layers are centred on it, and scaled to it */
  const PzHostStart *start; /* the layers cover it instead; NULL = nothing was painted over */
} Place;

/* The topmost position that is above the concept and above all groups of earlier results. */
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

  /* Under a selection, everything visible was painted over, so the results go on top of everything. */
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

/* The size of the start; else the result's own size (native), or the largest that fits `around` with the same aspect ratio. */
static void
size_for (const Place *place, const PzImage *result, gint *width, gint *height)
{
  const GeglRectangle *around = &place->around;
  double w = pz_image_get_width (result), h = pz_image_get_height (result);
  double scale = place->native ? 1 : MIN (around->width / w, around->height / h);

  *width = place->start ? place->start->width : MAX (1, (gint) (w * scale + 0.5));
  *height = place->start ? place->start->height : MAX (1, (gint) (h * scale + 0.5));
}

/* Moves the layer onto the start, or else centres it on `around`. */
static void
move (GimpLayer *layer, const Place *place)
{
  const GeglRectangle *around = &place->around;
  gint width = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  gint height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));

  if (place->start)
    gimp_layer_set_offsets (layer, place->start->x, place->start->y);
  else
    gimp_layer_set_offsets (layer, half (2 * around->x + around->width - width),
                            half (2 * around->y + around->height - height));
}

/* ---- layers ---- */

/* Layers that are not in the image yet can be written whatever the image refuses, and leave nothing behind if they are
 * dropped. */
struct _PzNewLayers
{
  PzAddLayers params; /* the target when they were begun */
  const PzHostAddition *addition;
  const char *prompt; /* for names */
  Place place;
  GPtrArray *made; /* GimpLayer; the last one may be incomplete */
  PzPixelWriter *writer; /* of the last layer or its mask; NULL = neither is being written */
  GimpLayerMask *mask; /* being written; NULL = none */
  PzImage *hard; /* the start's mask, for all layers; NULL = none */
  PzImage *soft; /* the layer mask made from `hard`; NULL = not made yet */
  GThread *softening; /* makes `soft`; NULL = it is made when it is needed */
  gboolean refused;
  guint n_inserted; /* of those made */
};

static gpointer
soften (gpointer data)
{
  PzNewLayers *layers = data;

  layers->soft = pz_soft_edge (layers->hard);
  return NULL;
}

PzNewLayers *
pz_new_layers_new (const PzAddLayers *params, const PzHostAddition *addition)
{
  PzNewLayers *layers = g_new0 (PzNewLayers, 1);

  layers->params = *params;
  layers->addition = addition;
  layers->prompt = addition->without_prompt ? _ ("Personalized") : addition->prompt;
  layers->place = find_place (params, addition);
  layers->made = g_ptr_array_new ();
  if (!layers->place.start || !layers->place.start->mask)
    return layers;
  /* The mask is softened in a thread while the first layer is written. */
  layers->hard = pz_image_ref (layers->place.start->mask);
  layers->softening = g_thread_try_new ("soft edge", soften, layers, NULL);
  return layers;
}

void
pz_new_layers_free (PzNewLayers *layers)
{
  g_clear_pointer (&layers->softening, g_thread_join);
  g_clear_pointer (&layers->writer, pz_pixel_writer_free);
  /* In GIMP 3.0, layers that were never inserted outlive their image, and deleting them then crashes GIMP. They are freed when
   * this process ends. */
  if (gimp_image_is_valid (layers->params.target))
    for (guint i = layers->n_inserted; i < layers->made->len; i++)
      if (gimp_item_is_valid (layers->made->pdata[i]))
        gimp_item_delete (layers->made->pdata[i]);
  g_ptr_array_unref (layers->made);
  g_clear_pointer (&layers->hard, pz_image_unref);
  g_clear_pointer (&layers->soft, pz_image_unref);
  g_free (layers);
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

static const PzHostResult *
current (const PzNewLayers *layers)
{
  return &layers->addition->results[layers->made->len - 1];
}

static GimpLayer *
last_of (const PzNewLayers *layers)
{
  return layers->made->pdata[layers->made->len - 1];
}

static gboolean
begin_layer (PzNewLayers *layers)
{
  GimpImage *target = layers->params.target;
  const PzHostResult *result = &layers->addition->results[layers->made->len];
  g_autofree char *name = pz_layer_name (layers->prompt, result->seed);
  GimpLayer *layer;
  gint width, height;

  size_for (&layers->place, result->image, &width, &height);
  layer = gimp_layer_new (target, name, width, height, GIMP_RGBA_IMAGE, 100,
                          gimp_image_get_default_new_layer_mode (target));
  if (!layer)
    return FALSE;
  g_ptr_array_add (layers->made, layer);
  layers->writer = pz_pixel_writer_new (GIMP_DRAWABLE (layer), result->image);
  return layers->writer != NULL;
}

static gboolean
begin_mask (PzNewLayers *layers)
{
  g_clear_pointer (&layers->softening, g_thread_join);
  if (!layers->soft)
    soften (layers);
  layers->mask = gimp_layer_create_mask (last_of (layers), GIMP_ADD_MASK_WHITE);
  if (!layers->mask)
    return FALSE;
  layers->writer = pz_pixel_writer_new (GIMP_DRAWABLE (layers->mask), layers->soft);
  return layers->writer != NULL;
}

static gboolean
add_mask (PzNewLayers *layers)
{
  GimpLayerMask *mask = g_steal_pointer (&layers->mask);

  return gimp_layer_add_mask (last_of (layers), mask)
         && gimp_layer_set_edit_mask (last_of (layers), FALSE);
}

static gboolean
end_layer (PzNewLayers *layers)
{
  gimp_item_set_visible (GIMP_ITEM (last_of (layers)), layers->made->len == 1);
  return attach_recipe (last_of (layers), current (layers), layers->addition->without_prompt,
                        layers->params.source);
}

/* Continues after a drawable was written: with the next one, if there is one. */
static gboolean
go_on (PzNewLayers *layers)
{
  const gboolean had_mask = layers->mask != NULL;

  g_clear_pointer (&layers->writer, pz_pixel_writer_free);
  if (had_mask && !add_mask (layers))
    return FALSE;
  if (layers->made->len > 0 && layers->hard && !had_mask)
    return begin_mask (layers);
  if (layers->made->len > 0 && !end_layer (layers))
    return FALSE;
  return layers->made->len == layers->addition->n_results || begin_layer (layers);
}

gboolean
pz_new_layers_write (PzNewLayers *layers)
{
  if (layers->writer && pz_pixel_writer_go_on (layers->writer))
    return TRUE;
  layers->refused = !go_on (layers);
  return layers->writer != NULL && !layers->refused;
}

/* ---- inserting ---- */

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
pz_new_layers_insert (PzNewLayers *layers, const PzAddLayers *params, GPtrArray *added)
{
  Place place = find_place (params, layers->addition);
  g_autofree char *name =
    params->concept ? pz_result_place (params->concept, place.start) : g_strdup ("image");
  GimpLayer *group = layers->refused ? NULL : make_group (params->target, layers->prompt, name);

  if (!group
      || !gimp_image_insert_layer (params->target, group, (GimpLayer *) place.parent,
                                   place.position))
    return FALSE;
  for (guint *n = &layers->n_inserted; *n < layers->made->len; ++*n)
    {
      move (layers->made->pdata[*n], &place);
      if (!gimp_image_insert_layer (params->target, layers->made->pdata[*n], group, (gint) *n))
        {
          gimp_image_remove_layer (params->target, group);
          return FALSE;
        }
    }
  /* Earlier results for the same place are hidden. */
  pz_result_groups_hide (params->target, name, group);
  g_ptr_array_extend (added, layers->made, NULL, NULL);
  return TRUE;
}
