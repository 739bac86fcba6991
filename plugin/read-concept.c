/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/read-concept.h"

#include <string.h>

#include <glib/gi18n.h>

#include "plugin/bands.h"
#include "plugin/cut-thing.h"
#include "plugin/layer-source.h"
#include "plugin/outline.h"

/* ---- mask sources ---- */

typedef struct
{
  const char *name;
  gboolean (*is_there) (const PzLayerSource *source); /* for "auto", in this order */
  const char *missing; /* error: requested by name, but missing */
  const char *empty; /* error: exists, but nothing is inside */
  PzHostError empty_code;
} MaskSource;

static gboolean
selection_is_there (const PzLayerSource *source)
{
  return !gimp_selection_is_empty (source->image);
}

static gboolean
layer_mask_is_there (const PzLayerSource *source)
{
  return gimp_layer_get_mask (source->layer) && gimp_layer_get_apply_mask (source->layer);
}

static gboolean
alpha_is_there (const PzLayerSource *source)
{
  return gimp_drawable_has_alpha (source->pixels);
}

static gboolean
layer_is_there (const PzLayerSource *source)
{
  (void) source;
  return TRUE;
}

/* The selection must come first: see choose (). */
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
  { "subject", layer_is_there, .empty_code = PZ_HOST_ERROR_NO_MASK },
};

static gboolean
is_there (const MaskSource *mask, const PzLayerSource *source)
{
  /* A disabled layer mask still counts if it is requested by name. */
  if (g_str_equal (mask->name, "layer-mask"))
    return gimp_layer_get_mask (source->layer) != NULL;
  return mask->is_there (source);
}

static const MaskSource *
choose (const PzLayerSource *source, const char *name, GError **error)
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
  g_set_error (
    error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
    "mask-source: expected auto, subject, selection, layer-mask, alpha or layer, found %s",
    name);
  return NULL;
}

/* ---- the reading ---- */

/* Layers of at most this many pixels are read immediately, because that is fast. */
#define AT_ONCE_PIXELS (1 << 20)
#define NO_PLANE G_MAXUINT

struct _PzConceptReading
{
  PzLayerSource source;
  const MaskSource *chosen;
  gboolean automatic; /* it was not requested by name */
  PzSeeker *seeker; /* not owned */
  double room;
  PzBands *bands;
  guint colours, alpha; /* planes */
  guint layer_mask; /* NO_PLANE = none is applied */
  guint inside; /* selection or disabled layer mask; NO_PLANE = everything visible */
  gboolean selected; /* `inside` is the selection */
  GeglRectangle reach; /* outside of it, `inside` is 0 */
  GThread *thread; /* NULL = read immediately */
  gboolean stopped;
  gboolean nothing_found; /* a subject was searched for */
  PzConceptReadFunc done;
  gpointer data;
  /* Outputs. */
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

/* The opacity of each pixel: the layer's alpha times its layer mask. */
static void
read_opacity (PzConceptReading *reading, guint x, guint y, guint n, float *values)
{
  if (reading->alpha != NO_PLANE)
    pz_bands_read (reading->bands, reading->alpha, (gint) x, (gint) y, (gint) n, values);
  for (guint i = 0; i < n && reading->alpha == NO_PLANE; i++)
    values[i] = 1;
  multiply (reading, reading->layer_mask, x, y, n, values);
}

/* A PzImageRowFunc. Transparent parts do not belong to the object, so every mask is multiplied by the opacity. */
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

/* A PzImageRowFunc. The selection within its bounds, also outside the layer. */
static void
read_selection_row (guint x, guint y, guint n, float *values, gpointer data)
{
  PzConceptReading *reading = data;

  pz_bands_read (reading->bands, reading->inside, reading->reach.x + (gint) x,
                 reading->reach.y + (gint) y, (gint) n, values);
}

/* A PzImageRowFunc. Composites over white. */
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
find_square (const PzLayerSource *source, const PzImage *mask, double room, PzSquare *square)
{
  if (mask)
    return pz_concept_square (mask, mask, room, square, NULL);
  /* The whole layer: the square has its longer side, and bars outside the layer. */
  square->size = (guint) MAX (source->width, source->height);
  square->x = (source->width - (gint) square->size) / 2;
  square->y = (source->height - (gint) square->size) / 2;
  return TRUE;
}

/* The square in the image, shrunk to exclude the bars, so that results stay on the layer. */
static GeglRectangle
place_of (const PzLayerSource *source, const PzSquare *square)
{
  gint side = MIN ((gint) square->size, MIN (source->width, source->height));

  return (GeglRectangle) { source->x + square->x + ((gint) square->size - side) / 2,
                           source->y + square->y + ((gint) square->size - side) / 2, side,
                           side };
}

/* ---- finding the subject ---- */

/* Whether there is no exact mask: none at all, an alpha channel that hides nothing, or a selection that was dragged as a shape.
 * Always true if a subject was requested. */
static gboolean
has_no_exact_mask (PzConceptReading *reading, const PzImage *mask)
{
  const GeglRectangle *reach = &reading->reach;
  const char *name = reading->chosen->name;
  g_autoptr (PzImage) selected = NULL;

  if (g_str_equal (name, "subject"))
    return TRUE;
  if (!reading->automatic || g_str_equal (name, "layer-mask"))
    return FALSE;
  if (!g_str_equal (name, "selection"))
    return mask == NULL || pz_thing_needs_no_mask (mask);
  if (reach->width <= 0 || reach->height <= 0)
    return FALSE;
  /* The whole selection, also outside the layer: an ellipse that is half outside was dragged too. */
  selected = pz_image_new_rows ((guint) reach->width, (guint) reach->height, 1,
                                read_selection_row, reading);
  return pz_outline_is_dragged (selected);
}

/* Converts from pixels of the kept picture to pixels of the layer. */
static PzSquare
enlarge (const PzSquare *square, const PzImage *kept, guint width)
{
  const double factor = (double) width / pz_image_get_width (kept);

  return (PzSquare) { (gint) (square->x * factor), (gint) (square->y * factor),
                      (guint) (square->size * factor) };
}

/* (transfer full), or NULL + error: nothing stands out, or the search failed. */
static PzHostConcept *
find_thing (PzConceptReading *reading, PzImage *picture, PzImage *hint, GError **error)
{
  g_autoptr (PzImage) seen = pz_thing_keep (picture);
  g_autoptr (PzImage) outlined = hint != NULL ? pz_thing_keep (hint) : NULL;
  g_autoptr (PzImage) found = pz_seeker_find (reading->seeker, seen, outlined, error);
  PzHostConcept *concept;
  PzSquare square, place;

  if (found == NULL || !pz_concept_square (found, found, reading->room, &square, error))
    return NULL;
  concept = g_new0 (PzHostConcept, 1);
  pz_thing_cut (concept, seen, found, &square);
  concept->mask_source = g_strdup ("subject");
  concept->found = g_steal_pointer (&found);
  concept->hinted = hint != NULL;
  place = enlarge (&square, seen, pz_image_get_width (picture));
  reading->square = place_of (&reading->source, &place);
  return concept;
}

/* FALSE = use the chosen mask. Runs in the reading's thread, which must not talk to GIMP. */
static gboolean
read_thing (PzConceptReading *reading, PzImage *picture, PzImage *mask)
{
  g_autoptr (GError) reason = NULL;

  if (!reading->seeker || !has_no_exact_mask (reading, mask))
    return FALSE;
  reading->concept = find_thing (reading, picture, reading->selected ? mask : NULL, &reason);
  if (reading->concept != NULL)
    return TRUE;
  reading->nothing_found = g_error_matches (reason, PZ_ERROR, PZ_ERROR_NO_SUBJECT);
  if (reading->automatic)
    return FALSE;
  if (reading->nothing_found)
    g_set_error (&reading->error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_SUBJECT,
                 reading->selected ? _ ("Nothing stands out in the selection of layer “%s”.")
                                   : _ ("Nothing stands out in layer “%s”."),
                 reading->source.name);
  else
    reading->error = g_steal_pointer (&reason);
  return TRUE;
}

static void
describe (const PzConceptReading *reading, PzHostConcept *concept)
{
  concept->name = g_strdup (reading->source.name);
  concept->layer_width = (guint) reading->source.width;
  concept->layer_height = (guint) reading->source.height;
}

static gpointer
read_all (gpointer data)
{
  PzConceptReading *reading = data;
  const PzLayerSource *source = &reading->source;
  guint width = (guint) source->width, height = (guint) source->height;
  g_autoptr (PzImage) picture = pz_image_new_rows (width, height, 3, read_picture_row, reading);
  g_autoptr (PzImage) mask = NULL;
  PzHostConcept *concept;
  PzSquare square;

  if (!g_str_equal (reading->chosen->name, "layer"))
    mask = pz_image_new_rows (width, height, 1, read_mask_row, reading);
  if (read_thing (reading, picture, mask))
    {
      if (reading->concept)
        describe (reading, reading->concept);
      return NULL;
    }
  if (!find_square (source, mask, reading->room, &square))
    {
      /* Translators: a layer's name and what is wrong with it. */
      g_set_error (&reading->error, PZ_HOST_ERROR, reading->chosen->empty_code,
                   _ ("Layer “%s”: %s"), source->name, _ (reading->chosen->empty));
      return NULL;
    }
  concept = g_new0 (PzHostConcept, 1);
  pz_thing_cut (concept, picture, mask, &square);
  concept->mask_source = g_strdup (reading->chosen->name);
  concept->nothing_found = reading->nothing_found;
  describe (reading, concept);
  reading->concept = concept;
  reading->square = place_of (source, &square);
  return NULL;
}

/* ---- beginning and end: main thread ---- */

static gboolean
source_is_there (gpointer data)
{
  const PzConceptReading *reading = data;

  return gimp_item_is_valid (GIMP_ITEM (reading->source.layer));
}

static guint
add_plane (PzConceptReading *reading, GimpDrawable *drawable, gint x, gint y)
{
  return pz_bands_add (reading->bands, drawable, x - reading->source.x, y - reading->source.y,
                       PZ_PLANE_MASK);
}

/* The selection has the coordinates of the image, and is 0 outside its bounds. */
static void
add_selection (PzConceptReading *reading)
{
  const PzLayerSource *source = &reading->source;
  gboolean selected;
  gint x1, y1, x2, y2;

  gimp_selection_bounds (source->image, &selected, &x1, &y1, &x2, &y2);
  reading->reach = (GeglRectangle) { x1 - source->x, y1 - source->y, x2 - x1, y2 - y1 };
  reading->selected = TRUE;
  reading->inside =
    add_plane (reading, GIMP_DRAWABLE (gimp_image_get_selection (source->image)), 0, 0);
}

static void
add_planes (PzConceptReading *reading)
{
  const PzLayerSource *source = &reading->source;
  GimpLayerMask *mask = gimp_layer_get_mask (source->layer);
  guint *as = NULL;
  gint x, y;

  reading->reach = (GeglRectangle) { 0, 0, source->width, source->height };
  reading->alpha = reading->layer_mask = reading->inside = NO_PLANE;
  reading->colours = pz_bands_add (reading->bands, source->pixels, 0, 0, PZ_PLANE_COLOURS);
  if (gimp_drawable_has_alpha (source->pixels))
    reading->alpha = pz_bands_add (reading->bands, source->pixels, 0, 0, PZ_PLANE_ALPHA);
  if (g_str_equal (reading->chosen->name, "selection")
      || (g_str_equal (reading->chosen->name, "subject") && selection_is_there (source)))
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
  pz_layer_source_close (&reading->source);
  g_free (reading);
}

/* Discards what was read if the reading was stopped or the layer was deleted meanwhile. */
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

/* Small layers are read immediately, but the search for a subject is slow whatever their size. */
static gboolean
is_quick (const PzConceptReading *reading)
{
  const PzLayerSource *source = &reading->source;
  const gboolean seeks =
    g_str_equal (reading->chosen->name, "subject")
    || (reading->automatic && !g_str_equal (reading->chosen->name, "layer-mask"));

  return !seeks && (gint64) source->width * source->height <= AT_ONCE_PIXELS;
}

PzConceptReading *
pz_concept_reading_begin (GimpLayer *layer,
                          const char *mask_source,
                          double room,
                          PzSeeker *seeker,
                          PzConceptReadFunc done,
                          gpointer data)
{
  PzConceptReading *reading = g_new0 (PzConceptReading, 1);

  reading->room = room;
  reading->seeker = seeker;
  reading->automatic =
    g_str_equal (mask_source, "auto") || g_str_equal (mask_source, PZ_MASK_BESIDE_SELECTION);
  reading->done = done;
  reading->data = data;
  pz_layer_source_open (&reading->source, layer);
  reading->chosen = choose (&reading->source, mask_source, &reading->error);
  if (reading->chosen)
    {
      reading->bands = pz_bands_new (source_is_there, reading);
      add_planes (reading);
      if (!is_quick (reading))
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
