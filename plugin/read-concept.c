/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/read-concept.h"

#include <glib/gi18n.h>

#include "plugin/pixels.h"

/* The layer, where its pixels are read, and where those lie in the image. */
typedef struct
{
  GimpLayer *layer;
  GimpImage *image;
  GimpImage *scratch; /* holds the merged copy; NULL = no effects, the layer itself is read */
  GimpDrawable *pixels;
  gint x, y; /* in the image */
  gint width, height;
} Source;

/* The drawable's buffer knows neither effects nor layer mask. */
static gboolean
has_effects (GimpLayer *layer)
{
  g_autofree GimpDrawableFilter **filters = gimp_drawable_get_filters (GIMP_DRAWABLE (layer));

  return filters && filters[0];
}

static void
merge_effects (Source *source)
{
  GimpColorProfile *profile = gimp_image_get_color_profile (source->image);
  GimpLayer *copy;

  source->scratch = gimp_image_new_with_precision (source->width, source->height,
                                                   gimp_image_get_base_type (source->image),
                                                   gimp_image_get_precision (source->image));
  gimp_image_undo_disable (source->scratch);
  if (profile)
    gimp_image_set_color_profile (source->scratch, profile);
  g_clear_object (&profile);
  copy = gimp_layer_new_from_drawable (GIMP_DRAWABLE (source->layer), source->scratch);
  gimp_image_insert_layer (source->scratch, copy, NULL, 0);
  gimp_drawable_merge_filters (GIMP_DRAWABLE (copy));
  source->pixels = GIMP_DRAWABLE (copy);
}

static void
source_open (Source *source, GimpLayer *layer)
{
  *source = (Source) { .layer = layer, .image = gimp_item_get_image (GIMP_ITEM (layer)) };
  source->pixels = GIMP_DRAWABLE (layer);
  source->width = gimp_drawable_get_width (source->pixels);
  source->height = gimp_drawable_get_height (source->pixels);
  if (has_effects (layer))
    merge_effects (source);
  /* An effect such as a drop shadow may have made the copy larger. */
  source->width = gimp_drawable_get_width (source->pixels);
  source->height = gimp_drawable_get_height (source->pixels);
  gimp_drawable_get_offsets (source->pixels, &source->x, &source->y);
}

static void
source_close (Source *source)
{
  if (source->scratch)
    gimp_image_delete (source->scratch);
}

/* One value a pixel over the rectangle (in the source's coordinates) of a drawable that lies at
 * (x, y) of the image. Masks and selection are linear by GIMP's own rule: "Y" reads them as stored. */
static float *
read_plane (const Source *source,
            GimpDrawable *drawable,
            gint x,
            gint y,
            const GeglRectangle *rectangle,
            const char *format)
{
  return pz_pixels_read (drawable,
                         GEGL_RECTANGLE (source->x + rectangle->x - x,
                                         source->y + rectangle->y - y, rectangle->width,
                                         rectangle->height),
                         format, 1, FALSE);
}

static float *
read_layer_mask (const Source *source, const GeglRectangle *rectangle)
{
  GimpLayerMask *mask = gimp_layer_get_mask (source->layer);
  gint x, y;

  gimp_drawable_get_offsets (GIMP_DRAWABLE (source->layer), &x, &y);
  return read_plane (source, GIMP_DRAWABLE (mask), x, y, rectangle, "Y float");
}

static void
multiply (float *plane, const float *by, gsize n)
{
  for (gsize i = 0; i < n; i++)
    plane[i] *= by[i];
}

/* How much of each pixel is seen: the layer's alpha times its layer mask. */
static float *
read_opacity (const Source *source, const GeglRectangle *rectangle)
{
  gsize n = (gsize) rectangle->width * (gsize) rectangle->height;
  float *opacity = pz_pixels_read (source->pixels, rectangle, "A float", 1, FALSE);

  if (gimp_layer_get_mask (source->layer) && gimp_layer_get_apply_mask (source->layer))
    {
      g_autofree float *mask = read_layer_mask (source, rectangle);

      multiply (opacity, mask, n);
    }
  return opacity;
}

/* ---- where the mask comes from ---- */

typedef struct
{
  const char *name;
  gboolean (*is_there) (const Source *source); /* for "auto", in this order */
  const char *missing; /* asked for by name and not there */
  const char *empty; /* there, and nothing is inside */
  PzHostError empty_code;
} MaskSource;

static gboolean
selection_is_there (const Source *source)
{
  return !gimp_selection_is_empty (source->image);
}

static gboolean
layer_mask_is_there (const Source *source)
{
  return gimp_layer_get_mask (source->layer) && gimp_layer_get_apply_mask (source->layer);
}

static gboolean
alpha_is_there (const Source *source)
{
  return gimp_drawable_has_alpha (source->pixels);
}

static gboolean
layer_is_there (const Source *source)
{
  (void) source;
  return TRUE;
}

/* The selection comes first: see choose (). */
static const MaskSource mask_sources[] = {
  { "selection", selection_is_there,
    N_ ("The mask is set to “Selection”, but nothing is selected."),
    N_ ("the selection does not touch any visible part of it."), PZ_HOST_ERROR_NO_MASK },
  { "layer-mask", layer_mask_is_there,
    N_ ("The mask is set to “Layer mask”, but the layer has none."),
    N_ ("the layer mask hides all of it."), PZ_HOST_ERROR_NO_MASK },
  { "alpha", alpha_is_there,
    N_ ("The mask is set to “Transparency”, but the layer has no alpha channel."),
    N_ ("it is completely transparent."), PZ_HOST_ERROR_EMPTY_LAYER },
  { "layer", layer_is_there },
};

static gboolean
is_there (const MaskSource *mask, const Source *source)
{
  /* By name a switched-off layer mask is a mask all the same. */
  if (g_str_equal (mask->name, "layer-mask"))
    return gimp_layer_get_mask (source->layer) != NULL;
  return mask->is_there (source);
}

static const MaskSource *
choose (const Source *source, const char *name, GError **error)
{
  gboolean beside = g_str_equal (name, PZ_MASK_BESIDE_SELECTION);

  for (guint i = beside ? 1 : 0; i < G_N_ELEMENTS (mask_sources); i++)
    {
      const MaskSource *mask = &mask_sources[i];

      if ((beside || g_str_equal (name, "auto")) && mask->is_there (source))
        return mask;
      if (!g_str_equal (name, mask->name))
        continue;
      if (is_there (mask, source))
        return mask;
      g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_MASK, _ (mask->missing));
      return NULL;
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "mask-source: expected auto, selection, layer-mask, alpha or layer, found %s",
               name);
  return NULL;
}

/* What is transparent is not the object, so every mask is cut by the opacity. */
static PzImage *
read_mask (const Source *source, const MaskSource *chosen)
{
  GeglRectangle all = { 0, 0, source->width, source->height };
  gsize n = (gsize) all.width * (gsize) all.height;
  float *mask = read_opacity (source, &all);
  g_autofree float *more = NULL;

  if (g_str_equal (chosen->name, "selection"))
    more = read_plane (source, GIMP_DRAWABLE (gimp_image_get_selection (source->image)), 0, 0,
                       &all, "Y float");
  else if (g_str_equal (chosen->name, "layer-mask")
           && !gimp_layer_get_apply_mask (source->layer))
    more = read_layer_mask (source, &all);
  if (more)
    multiply (mask, more, n);
  return pz_image_new_take ((guint) all.width, (guint) all.height, 1, mask);
}

/* ---- the picture ---- */

static PzImage *
read_picture (const Source *source, const GeglRectangle *rectangle)
{
  gsize n = (gsize) rectangle->width * (gsize) rectangle->height;
  float *pixels = pz_pixels_read (source->pixels, rectangle, "R'G'B' float", 3, FALSE);
  g_autofree float *opacity = read_opacity (source, rectangle);

  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      pixels[i * 3 + c] = pixels[i * 3 + c] * opacity[i] + 1 - opacity[i];
  return pz_image_new_take ((guint) rectangle->width, (guint) rectangle->height, 3, pixels);
}

/* The part of the layer that the model looks at, cut to what is there. FALSE = the mask is empty. */
static gboolean
find_square (const Source *source, const PzImage *mask, double room, PzSquare *square)
{
  if (mask)
    return pz_concept_square (mask, mask, room, square, NULL);
  /* All of it: the square has the longer side, and bars where the layer ends. */
  square->size = (guint) MAX (source->width, source->height);
  square->x = (source->width - (gint) square->size) / 2;
  square->y = (source->height - (gint) square->size) / 2;
  return TRUE;
}

/* In the image; bars shrink it, so that results stay on the layer. */
static GeglRectangle
place_of (const Source *source, const PzSquare *square)
{
  gint side = MIN ((gint) square->size, MIN (source->width, source->height));

  return (GeglRectangle) { source->x + square->x + ((gint) square->size - side) / 2,
                           source->y + square->y + ((gint) square->size - side) / 2, side,
                           side };
}

static PzHostConcept *
read_source (const Source *source,
             const MaskSource *chosen,
             double room,
             GeglRectangle *where,
             GError **error)
{
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (source->layer));
  GeglRectangle seen = { 0, 0, source->width, source->height };
  g_autoptr (PzImage) all =
    g_str_equal (chosen->name, "layer") ? NULL : read_mask (source, chosen);
  PzHostConcept *concept;
  PzSquare square;

  if (!find_square (source, all, room, &square))
    {
      /* Translators: a layer's name and what is wrong with it. */
      g_set_error (error, PZ_HOST_ERROR, chosen->empty_code, _ ("Layer “%s”: %s"), name,
                   _ (chosen->empty));
      return NULL;
    }
  *where = place_of (source, &square);
  /* Cut to its square, the picture has the same square again: nothing else is looked at. */
  gegl_rectangle_intersect (&seen, &seen,
                            GEGL_RECTANGLE (square.x, square.y, (gint) square.size,
                                            (gint) square.size));
  concept = g_new0 (PzHostConcept, 1);
  concept->image = read_picture (source, &seen);
  if (all)
    concept->mask =
      pz_image_crop (all, seen.x, seen.y, (guint) seen.width, (guint) seen.height);
  concept->name = g_steal_pointer (&name);
  concept->mask_source = g_strdup (chosen->name);
  concept->layer_width = (guint) source->width;
  concept->layer_height = (guint) source->height;
  return concept;
}

PzHostConcept *
pz_read_concept (GimpLayer *layer,
                 const char *mask_source,
                 double room,
                 GeglRectangle *square,
                 GError **error)
{
  PzHostConcept *concept = NULL;
  const MaskSource *chosen;
  Source source;

  source_open (&source, layer);
  chosen = choose (&source, mask_source, error);
  if (chosen)
    concept = read_source (&source, chosen, room, square, error);
  source_close (&source);
  return concept;
}
