/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/gimp-host.h"

#include <glib/gi18n.h>

#include "plugin/read-concept.h"
#include "plugin/recipe.h"

struct _PzGimpHost
{
  PzHost host;
  GimpImage *image; /* the concept's */
  GimpLayer *concept;
  GimpImage
    *fresh; /* where results go when they cannot go into `image`; NULL = not needed yet */
  gboolean displays;
  GPtrArray *layers; /* GimpLayer (unowned), all results */
  PzRecipeSource source; /* of the last reading */
};

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
pz_gimp_host_layer_name (const char *prompt, guint64 seed)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  /* Translators: the end of a layer's name, after the prompt. */
  g_autofree char *tail = g_strdup_printf (_ (" · seed %s"), number);
  g_autofree char *head = shorten (prompt, PZ_LAYER_NAME_CHARS - g_utf8_strlen (tail, -1));

  return g_strconcat (head, tail, NULL);
}

char *
pz_gimp_host_folder (void)
{
  g_autofree char *binary = g_file_read_link ("/proc/self/exe", NULL);

  return binary ? g_path_get_dirname (binary) : NULL;
}

/* ---- the concept ---- */

static PzHostConcept *
get_concept (gpointer data, const char *mask_source, GError **error)
{
  PzGimpHost *gimp = data;
  PzHostConcept *concept;

  if (!gimp_image_is_valid (gimp->image))
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, _ ("The image was closed."));
      return NULL;
    }
  if (!gimp_item_is_valid (GIMP_ITEM (gimp->concept)))
    {
      g_set_error_literal (
        error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
        _ ("The concept's layer was deleted. Choose another one in the image "
           "and press “Use Active Layer”."));
      return NULL;
    }
  concept = pz_read_concept (gimp->concept, mask_source, error);
  if (concept)
    {
      g_set_str (&gimp->source.layer, concept->name);
      g_set_str (&gimp->source.mask_source, concept->mask_source);
      gimp->source.tattoo = gimp_item_get_tattoo (GIMP_ITEM (gimp->concept));
    }
  return concept;
}

static gboolean
use_active (gpointer data, GError **error)
{
  PzGimpHost *gimp = data;
  g_autofree GimpLayer **layers = NULL;

  if (!gimp_image_is_valid (gimp->image))
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, _ ("The image was closed."));
      return FALSE;
    }
  layers = gimp_image_get_selected_layers (gimp->image);
  if (!layers || !layers[0] || layers[1])
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           _ ("Select exactly one layer in the image, then try again."));
      return FALSE;
    }
  gimp->concept = layers[0];
  return TRUE;
}

/* ---- results ---- */

/* Results are RGB: they go into a new image when the concept's is gray or closed. */
static GimpImage *
target_image (PzGimpHost *gimp, const PzImage *picture)
{
  if (gimp_image_is_valid (gimp->image) && gimp_image_get_base_type (gimp->image) == GIMP_RGB)
    return gimp->image;
  if (!gimp->fresh || !gimp_image_is_valid (gimp->fresh))
    {
      gimp->fresh = gimp_image_new ((gint) pz_image_get_width (picture),
                                    (gint) pz_image_get_height (picture), GIMP_RGB);
      if (gimp->displays)
        gimp_display_new (gimp->fresh);
    }
  return gimp->fresh;
}

/* Where the group goes, and what its layers are centred on (in the middle of which point). */
typedef struct
{
  GimpItem *parent;
  gint position;
  gint centre_x2, centre_y2; /* twice the centre: no halves are lost */
} Place;

static Place
find_place (PzGimpHost *gimp, GimpImage *target, const PzImage *picture)
{
  GimpDrawable *concept = GIMP_DRAWABLE (gimp->concept);
  gint x, y;

  if (target == gimp->fresh || !gimp_item_is_valid (GIMP_ITEM (concept)))
    return (Place) {
      .centre_x2 = target == gimp->fresh ? (gint) pz_image_get_width (picture)
                                         : gimp_image_get_width (target),
      .centre_y2 = target == gimp->fresh ? (gint) pz_image_get_height (picture)
                                         : gimp_image_get_height (target),
    };
  gimp_drawable_get_offsets (concept, &x, &y);
  return (Place) {
    .parent = gimp_item_get_parent (GIMP_ITEM (concept)),
    .position = gimp_image_get_item_position (target, GIMP_ITEM (concept)),
    .centre_x2 = 2 * x + gimp_drawable_get_width (concept),
    .centre_y2 = 2 * y + gimp_drawable_get_height (concept),
  };
}

/* Rounds towards minus infinity, so that a layer does not jump by a pixel across the origin. */
static gint
half (gint twice)
{
  return (twice - (twice < 0 ? 1 : 0)) / 2;
}

static void
write_pixels (GimpLayer *layer, const PzImage *picture)
{
  gint width = (gint) pz_image_get_width (picture),
       height = (gint) pz_image_get_height (picture);
  GeglBuffer *buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  g_autofree guint8 *bytes = pz_image_to_bytes (picture);

  gegl_buffer_set (buffer, GEGL_RECTANGLE (0, 0, width, height), 0, babl_format ("R'G'B' u8"),
                   bytes, GEGL_AUTO_ROWSTRIDE);
  g_object_unref (buffer);
  gimp_drawable_update (GIMP_DRAWABLE (layer), 0, 0, width, height);
}

static gboolean
add_layer (PzGimpHost *gimp,
           GimpImage *target,
           GimpLayer *group,
           gint position,
           const Place *place,
           const char *prompt,
           const PzHostResult *result)
{
  gint width = (gint) pz_image_get_width (result->image);
  gint height = (gint) pz_image_get_height (result->image);
  g_autofree char *name = pz_gimp_host_layer_name (prompt, result->seed);
  GimpLayer *layer = gimp_layer_new (target, name, width, height, GIMP_RGBA_IMAGE, 100,
                                     gimp_image_get_default_new_layer_mode (target));

  if (!layer)
    return FALSE;
  gimp_layer_set_offsets (layer, half (place->centre_x2 - width),
                          half (place->centre_y2 - height));
  gimp_item_set_visible (GIMP_ITEM (layer), position == 0);
  if (!gimp_image_insert_layer (target, layer, group, position))
    return FALSE;
  write_pixels (layer, result->image);
  g_ptr_array_add (gimp->layers, layer);
  return pz_recipe_attach (layer, result->recipe, &gimp->source);
}

static gboolean
add_group (PzGimpHost *gimp,
           GimpImage *target,
           const char *prompt,
           const PzHostResult results[],
           guint n_results)
{
  Place place = find_place (gimp, target, results[0].image);
  g_autofree char *name = shorten (prompt, PZ_LAYER_NAME_CHARS);
  GimpLayer *group = GIMP_LAYER (gimp_group_layer_new (target, name));
  guint n_before = gimp->layers->len;

  if (!group
      || !gimp_image_insert_layer (target, group, (GimpLayer *) place.parent, place.position))
    return FALSE;
  for (guint i = 0; i < n_results; i++)
    if (!add_layer (gimp, target, group, (gint) i, &place, prompt, &results[i]))
      {
        /* All or nothing. */
        gimp_image_remove_layer (target, group);
        g_ptr_array_set_size (gimp->layers, (gint) n_before);
        return FALSE;
      }
  return TRUE;
}

static gboolean
add_results (gpointer data,
             const char *prompt,
             const PzHostResult results[],
             guint n_results,
             GError **error)
{
  PzGimpHost *gimp = data;
  GimpImage *target = target_image (gimp, results[0].image);
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (target);
  gboolean added;

  gimp_image_undo_group_start (target);
  gimp_image_freeze_layers (target);
  added = add_group (gimp, target, prompt, results, n_results);
  /* The concept stays selected, else Repeat would feed on its own output. */
  if (target == gimp->image)
    gimp_image_set_selected_layers (target, (const GimpLayer **) selected);
  gimp_image_thaw_layers (target);
  gimp_image_undo_group_end (target);
  gimp_displays_flush ();
  if (!added)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         _ ("GIMP did not accept the new layers."));
  return added;
}

static void
show_result (gpointer data, guint result, gboolean shown)
{
  PzGimpHost *gimp = data;
  GimpItem *layer;

  g_return_if_fail (result < gimp->layers->len);
  layer = g_ptr_array_index (gimp->layers, result);
  if (!gimp_item_is_valid (layer))
    return;
  gimp_item_set_visible (layer, shown);
  gimp_displays_flush ();
}

static const PzHostClass gimp_host_class = {
  .get_concept = get_concept,
  .use_active = use_active,
  .add_results = add_results,
  .show_result = show_result,
};

/* ---- the object ---- */

PzGimpHost *
pz_gimp_host_new (GimpLayer *concept, gboolean displays)
{
  PzGimpHost *gimp = g_new0 (PzGimpHost, 1);

  gimp->host = (PzHost) {
    .klass = &gimp_host_class,
    .host = gimp,
    .beside = pz_gimp_host_folder (),
  };
  gimp->concept = concept;
  gimp->image = gimp_item_get_image (GIMP_ITEM (concept));
  gimp->displays = displays;
  gimp->layers = g_ptr_array_new ();
  return gimp;
}

void
pz_gimp_host_free (PzGimpHost *gimp)
{
  g_free (gimp->host.beside);
  g_free (gimp->source.layer);
  g_free (gimp->source.mask_source);
  g_ptr_array_unref (gimp->layers);
  g_free (gimp);
}

const PzHost *
pz_gimp_host_get_host (PzGimpHost *gimp)
{
  return &gimp->host;
}

GimpLayer **
pz_gimp_host_get_layers (PzGimpHost *gimp)
{
  g_autoptr (GPtrArray) valid = g_ptr_array_new ();

  for (guint i = 0; i < gimp->layers->len; i++)
    if (gimp_item_is_valid (g_ptr_array_index (gimp->layers, i)))
      g_ptr_array_add (valid, g_ptr_array_index (gimp->layers, i));
  g_ptr_array_add (valid, NULL);
  return (GimpLayer **) g_ptr_array_free (g_steal_pointer (&valid), FALSE);
}
