/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/read-concept.h"

#include <string.h>

#include <glib/gi18n.h>

#include "plugin/bands.h"

/* The layer, where its pixels are read, and where those lie in the image. */
typedef struct
{
  GimpLayer *layer;
  GimpImage *image;
  GimpImage *scratch; /* holds the merged copy; NULL = no effects, the layer itself is read */
  GimpDrawable *pixels;
  char *name;
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
  source->name = gimp_item_get_name (GIMP_ITEM (layer));
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
  g_free (source->name);
  if (source->scratch)
    gimp_image_delete (source->scratch);
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

/* ---- the reading ---- */

/* Of so many pixels nobody waits for long: at once. */
#define AT_ONCE_PIXELS (1 << 20)
#define NO_PLANE G_MAXUINT

struct _PzConceptReading
{
  Source source;
  const MaskSource *chosen;
  double room;
  PzBands *bands;
  guint colours, alpha; /* planes */
  guint layer_mask; /* NO_PLANE = it hides nothing */
  guint inside; /* what else says where the concept is; NO_PLANE = all that is seen */
  GeglRectangle reach; /* beyond it `inside` is 0 */
  GThread *thread; /* NULL = at once */
  gboolean stopped;
  PzConceptReadFunc done;
  gpointer data;
  /* What comes of it. */
  PzHostConcept *concept;
  GeglRectangle square;
  GError *error;
};

static void
multiply (PzConceptReading *reading, guint plane, guint x, guint y, guint n, float *values)
{
  g_autofree float *by = NULL;

  if (plane == NO_PLANE)
    return;
  by = g_new (float, n);
  pz_bands_read (reading->bands, plane, (gint) x, (gint) y, (gint) n, by);
  for (guint i = 0; i < n; i++)
    values[i] *= by[i];
}

/* How much of each pixel is seen: the layer's alpha times its layer mask. */
static void
read_opacity (PzConceptReading *reading, guint x, guint y, guint n, float *values)
{
  if (reading->alpha != NO_PLANE)
    pz_bands_read (reading->bands, reading->alpha, (gint) x, (gint) y, (gint) n, values);
  for (guint i = 0; i < n && reading->alpha == NO_PLANE; i++)
    values[i] = 1;
  multiply (reading, reading->layer_mask, x, y, n, values);
}

/* A PzImageRowFunc. What is transparent is not the object, so every mask is cut by the opacity. */
static void
read_mask_row (guint x, guint y, guint n, float *values, gpointer data)
{
  PzConceptReading *reading = data;
  const GeglRectangle *reach = &reading->reach;
  gint left = CLAMP (reach->x, (gint) x, (gint) (x + n));
  gint right = CLAMP (reach->x + reach->width, left, (gint) (x + n));

  memset (values, 0, n * sizeof *values);
  if ((gint) y < reach->y || (gint) y >= reach->y + reach->height || left == right)
    return;
  values += left - (gint) x;
  n = (guint) (right - left);
  read_opacity (reading, (guint) left, y, n, values);
  multiply (reading, reading->inside, (guint) left, y, n, values);
}

/* A PzImageRowFunc. Over white. */
static void
read_picture_row (guint x, guint y, guint n, float *values, gpointer data)
{
  PzConceptReading *reading = data;
  g_autofree float *opacity = g_new (float, n);

  pz_bands_read (reading->bands, reading->colours, (gint) x, (gint) y, (gint) n, values);
  read_opacity (reading, x, y, n, opacity);
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      values[i * 3 + c] = values[i * 3 + c] * opacity[i] + 1 - opacity[i];
}

/* The part of the layer that the model looks at. FALSE = the mask is empty. */
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

/* Cut to its square the picture has the same square again: nothing else is looked at. What the model averages down is
 * averaged here, and never kept in full. */
static void
read_square (PzHostConcept *concept, PzImage *picture, PzImage *mask, const PzSquare *square)
{
  GeglRectangle seen = { 0, 0, (gint) pz_image_get_width (picture),
                         (gint) pz_image_get_height (picture) };

  gegl_rectangle_intersect (&seen, &seen,
                            GEGL_RECTANGLE (square->x, square->y, (gint) square->size,
                                            (gint) square->size));
  if (MAX (seen.width, seen.height) <= PZ_MAX_CROP)
    {
      concept->image =
        pz_image_crop (picture, seen.x, seen.y, (guint) seen.width, (guint) seen.height);
      if (mask)
        concept->mask =
          pz_image_crop (mask, seen.x, seen.y, (guint) seen.width, (guint) seen.height);
    }
  else if (mask)
    pz_concept_crop (picture, mask, square, PZ_MAX_CROP, &concept->image, &concept->mask);
  else
    concept->image = pz_image_shrink (picture, PZ_MAX_CROP);
}

static gpointer
read_all (gpointer data)
{
  PzConceptReading *reading = data;
  const Source *source = &reading->source;
  guint width = (guint) source->width, height = (guint) source->height;
  g_autoptr (PzImage) picture = pz_image_new_rows (width, height, 3, read_picture_row, reading);
  g_autoptr (PzImage) mask = NULL;
  PzHostConcept *concept;
  PzSquare square;

  if (!g_str_equal (reading->chosen->name, "layer"))
    mask = pz_image_new_rows (width, height, 1, read_mask_row, reading);
  if (!find_square (source, mask, reading->room, &square))
    {
      /* Translators: a layer's name and what is wrong with it. */
      g_set_error (&reading->error, PZ_HOST_ERROR, reading->chosen->empty_code,
                   _ ("Layer “%s”: %s"), source->name, _ (reading->chosen->empty));
      return NULL;
    }
  concept = g_new0 (PzHostConcept, 1);
  read_square (concept, picture, mask, &square);
  concept->name = g_strdup (source->name);
  concept->mask_source = g_strdup (reading->chosen->name);
  concept->layer_width = width;
  concept->layer_height = height;
  reading->concept = concept;
  reading->square = place_of (source, &square);
  return NULL;
}

/* ---- from beginning to end: main thread ---- */

static gboolean
source_is_there (gpointer data)
{
  const PzConceptReading *reading = data;

  return gimp_item_is_valid (GIMP_ITEM (reading->source.layer));
}

/* Masks and selection are linear by GIMP's own rule: "Y" reads them as stored. */
static guint
add_plane (PzConceptReading *reading, GimpDrawable *drawable, gint x, gint y)
{
  return pz_bands_add (reading->bands, drawable, x - reading->source.x, y - reading->source.y,
                       "Y float", 1);
}

/* The selection lies where the image lies, and is 0 outside its bounds. */
static void
add_selection (PzConceptReading *reading)
{
  const Source *source = &reading->source;
  gboolean selected;
  gint x1, y1, x2, y2;

  gimp_selection_bounds (source->image, &selected, &x1, &y1, &x2, &y2);
  reading->reach = (GeglRectangle) { x1 - source->x, y1 - source->y, x2 - x1, y2 - y1 };
  reading->inside =
    add_plane (reading, GIMP_DRAWABLE (gimp_image_get_selection (source->image)), 0, 0);
}

static void
add_planes (PzConceptReading *reading)
{
  const Source *source = &reading->source;
  GimpLayerMask *mask = gimp_layer_get_mask (source->layer);
  guint *as = NULL;
  gint x, y;

  reading->reach = (GeglRectangle) { 0, 0, source->width, source->height };
  reading->alpha = reading->layer_mask = reading->inside = NO_PLANE;
  reading->colours = pz_bands_add (reading->bands, source->pixels, 0, 0, "R'G'B' float", 3);
  if (gimp_drawable_has_alpha (source->pixels))
    reading->alpha = pz_bands_add (reading->bands, source->pixels, 0, 0, "A float", 1);
  if (g_str_equal (reading->chosen->name, "selection"))
    add_selection (reading);
  if (mask && gimp_layer_get_apply_mask (source->layer))
    as = &reading->layer_mask;
  else if (mask && g_str_equal (reading->chosen->name, "layer-mask"))
    as = &reading->inside;
  if (!as)
    return;
  gimp_drawable_get_offsets (GIMP_DRAWABLE (source->layer), &x, &y);
  *as = add_plane (reading, GIMP_DRAWABLE (mask), x, y);
}

static void
reading_free (PzConceptReading *reading)
{
  g_clear_pointer (&reading->thread, g_thread_join);
  g_clear_pointer (&reading->concept, pz_host_concept_free);
  g_clear_error (&reading->error);
  g_clear_pointer (&reading->bands, pz_bands_unref);
  source_close (&reading->source);
  g_free (reading);
}

/* What was read of a layer that went meanwhile is nothing. */
static void
finish (PzConceptReading *reading)
{
  if (reading->stopped || !source_is_there (reading))
    {
      g_clear_pointer (&reading->concept, pz_host_concept_free);
      g_clear_error (&reading->error);
    }
  reading->done (g_steal_pointer (&reading->concept), &reading->square, reading->error,
                 reading->data);
  reading_free (reading);
}

static gboolean
on_finished (gpointer data)
{
  finish (data);
  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer data)
{
  read_all (data);
  g_idle_add (on_finished, data);
  return NULL;
}

PzConceptReading *
pz_concept_reading_begin (GimpLayer *layer,
                          const char *mask_source,
                          double room,
                          PzConceptReadFunc done,
                          gpointer data)
{
  PzConceptReading *reading = g_new0 (PzConceptReading, 1);

  reading->room = room;
  reading->done = done;
  reading->data = data;
  source_open (&reading->source, layer);
  reading->chosen = choose (&reading->source, mask_source, &reading->error);
  if (reading->chosen)
    {
      reading->bands = pz_bands_new (source_is_there, reading);
      add_planes (reading);
      if ((gint64) reading->source.width * reading->source.height > AT_ONCE_PIXELS)
        reading->thread = g_thread_try_new ("concept", work, reading, NULL);
      if (reading->thread)
        return reading;
      read_all (reading);
    }
  finish (reading);
  return NULL;
}

void
pz_concept_reading_stop (PzConceptReading *reading)
{
  reading->stopped = TRUE;
  pz_bands_stop (reading->bands);
}
