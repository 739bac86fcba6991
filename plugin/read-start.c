/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/read-start.h"

#include <math.h>

#include <glib/gi18n.h>

#include "plugin/bands.h"
#include "plugin/cut-thing.h"
#include "plugin/layer-tree.h"
#include "plugin/result-group.h"

/* Margin around the selection, as a fraction of its longer side: what is painted has to match its surroundings. */
#define SURROUNDINGS 0.25
#define SMALLEST_SIDE 64.0

#define NOTHING_BELOW N_ ("There is no layer below the concept to paint over.")

static gboolean
refuse (const char *sentence, GError **error)
{
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_START, sentence);
  return FALSE;
}

/* The start of an interval of `size`, centred on first..last and moved into 0..length; if it does not fit, centred on
 * 0..length. */
static gint
place (gint first, gint last, gint size, gint length)
{
  gint start = (first + last - size) / 2;

  return size > length ? (length - size) / 2 : CLAMP (start, 0, length - size);
}

/* ---- the reading ---- */

typedef struct _Reading
{
  GimpImage *image;
  GCancellable *cancellable;
  PzHostStartFunc done;
  gpointer data;
  GeglRectangle bounds; /* of the selection */
  PzHostStart start; /* what has been read so far */
  GimpDrawable *drawable; /* being read */
  PzBands *bands; /* of that drawable */
  guint region, selected; /* planes: the region of the start; the bounds of the selection */
  GimpImage *scratch; /* NULL = none */
  GThread *thread; /* NULL = the main thread reads */
  void (*read) (struct _Reading *reading); /* in the thread */
  void (*then) (struct _Reading *reading); /* in the main thread */
} Reading;

static gboolean
is_there (gpointer data)
{
  const Reading *reading = data;

  return !g_cancellable_is_cancelled (reading->cancellable)
         && gimp_item_is_valid (GIMP_ITEM (reading->drawable));
}

static gboolean
on_read (gpointer data)
{
  Reading *reading = data;

  g_clear_pointer (&reading->thread, g_thread_join);
  reading->then (reading);
  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer data)
{
  Reading *reading = data;

  reading->read (reading);
  g_idle_add (on_read, reading);
  return NULL;
}

/* Discards what was read if the drawable was deleted or the reading cancelled meanwhile. */
static void
finish (Reading *reading, const GError *reason)
{
  g_autoptr (PzHostStart) start = pz_host_start_new (&reading->start);
  g_autoptr (GError) error = reason ? g_error_copy (reason) : NULL;

  if (!error && !is_there (reading))
    refuse (_ (NOTHING_BELOW), &error);
  if (reading->scratch)
    gimp_image_delete (reading->scratch);
  g_clear_pointer (&reading->bands, pz_bands_unref);
  reading->done (error ? NULL : g_steal_pointer (&start), error, reading->data);
  g_free (reading);
}

/* ---- reading pixels ---- */

/* A PzImageRowFunc. */
static void
read_mask_row (guint x, guint y, guint n, float *values, gpointer data)
{
  Reading *reading = data;

  pz_bands_read (reading->bands, reading->region, (gint) x, (gint) y, (gint) n, values);
}

/* A PzImageRowFunc. */
static void
read_selected_row (guint x, guint y, guint n, float *values, gpointer data)
{
  Reading *reading = data;

  pz_bands_read (reading->bands, reading->selected, (gint) x, (gint) y, (gint) n, values);
}

/* A PzImageRowFunc. Composites over white. */
static void
read_picture_row (guint x, guint y, guint n, float *values, gpointer data)
{
  Reading *reading = data;
  g_autofree float *pixels = g_new (float, (gsize) n * 4);

  pz_bands_read (reading->bands, reading->region, (gint) x, (gint) y, (gint) n, pixels);
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      values[i * 3 + c] = pixels[i * 4 + c] * pixels[i * 4 + 3] + 1 - pixels[i * 4 + 3];
}

/* Reads the region, with no more pixels than a model looks at. (transfer full) */
static PzImage *
keep_region (Reading *reading, guint channels, PzImageRowFunc read)
{
  g_autoptr (PzImage) rows =
    pz_image_new_rows ((guint) reading->start.width, (guint) reading->start.height, channels,
                       read, reading);

  return pz_thing_keep (rows);
}

static void
keep_picture (Reading *reading)
{
  reading->start.picture = keep_region (reading, 3, read_picture_row);
}

static void
keep_mask (Reading *reading)
{
  const GeglRectangle *bounds = &reading->bounds;
  g_autoptr (PzImage) selected =
    pz_image_new_rows ((guint) bounds->width, (guint) bounds->height, 1, read_selected_row,
                       reading);

  reading->start.mask = keep_region (reading, 1, read_mask_row);
  reading->start.place = pz_result_place_of_selection (bounds->x, bounds->y, selected);
}

static void
on_picture_read (Reading *reading)
{
  finish (reading, NULL);
}

/* Opens the start's region, whose corner is at (x, y) of the drawable. */
static void
open_region (Reading *reading, GimpDrawable *drawable, gint x, gint y, PzPlane what)
{
  g_clear_pointer (&reading->bands, pz_bands_unref);
  reading->drawable = drawable;
  reading->bands = pz_bands_new (is_there, reading);
  reading->region = pz_bands_add (reading->bands, drawable, -x, -y, what);
}

static void
go_on (Reading *reading, void (*read) (Reading *reading), void (*then) (Reading *reading))
{
  reading->read = read;
  reading->then = then;
  reading->thread = g_thread_try_new ("start", work, reading, NULL);
  if (!reading->thread)
    work (reading);
}

static void
set_region (Reading *reading, const GeglRectangle *region)
{
  reading->start = (PzHostStart) { region->x, region->y, region->width, region->height };
}

/* ---- under the selection ---- */

/* The bounds of the selection. FALSE = nothing is selected. */
static gboolean
find_selection (GimpImage *image, GeglRectangle *bounds, GError **error)
{
  gboolean selected;
  gint x1, y1, x2, y2;

  gimp_selection_bounds (image, &selected, &x1, &y1, &x2, &y2);
  *bounds = (GeglRectangle) { x1, y1, x2 - x1, y2 - y1 };
  return selected
         || refuse (_ ("Select the part of the image that the new pictures should go into."),
                    error);
}

/* The region to paint for a selection with these bounds. */
static GeglRectangle
surround (GimpImage *image, const GeglRectangle *bounds, double aspect)
{
  double around = 2 * SURROUNDINGS * MAX (bounds->width, bounds->height);
  double high =
    MAX (MAX (bounds->height + around, (bounds->width + around) / aspect), SMALLEST_SIDE);
  GeglRectangle region = { .width = (gint) ceil (high * aspect), .height = (gint) ceil (high) };

  region.x =
    place (bounds->x, bounds->x + bounds->width, region.width, gimp_image_get_width (image));
  region.y =
    place (bounds->y, bounds->y + bounds->height, region.height, gimp_image_get_height (image));
  return region;
}

static GimpImage *
empty_twin (GimpImage *image)
{
  GimpColorProfile *profile = gimp_image_get_color_profile (image);
  GimpImage *twin =
    gimp_image_new_with_precision (gimp_image_get_width (image), gimp_image_get_height (image),
                                   gimp_image_get_base_type (image),
                                   gimp_image_get_precision (image));

  gimp_image_undo_disable (twin);
  if (profile)
    gimp_image_set_color_profile (twin, profile);
  g_clear_object (&profile);
  return twin;
}

/* A copy without the results of earlier runs for the same place: a run starts from what was there before them. */
static GimpImage *
twin_without_results (GimpImage *image, const char *place)
{
  GimpImage *twin = gimp_image_duplicate (image);

  gimp_image_undo_disable (twin);
  pz_result_groups_hide (twin, place, NULL);
  return twin;
}

/* Everything that is visible, as one layer of an image without a display. */
static GimpImage *
project (GimpImage *image, const char *place, GimpLayer **layer)
{
  gboolean is_repeat = pz_result_groups_are_seen (image, place);
  GimpImage *scratch = is_repeat ? twin_without_results (image, place) : empty_twin (image);

  *layer = gimp_layer_new_from_visible (is_repeat ? scratch : image, scratch, "visible");
  gimp_image_insert_layer (scratch, *layer, NULL, 0);
  return scratch;
}

/* The mask identifies the place, and so the earlier results for it. */
static void
on_mask_read (Reading *reading)
{
  GimpLayer *visible;

  if (!is_there (reading))
    {
      finish (reading, NULL);
      return;
    }
  reading->scratch = project (reading->image, reading->start.place, &visible);
  open_region (reading, GIMP_DRAWABLE (visible), reading->start.x, reading->start.y,
               PZ_PLANE_PICTURE);
  go_on (reading, keep_picture, on_picture_read);
}

static gboolean
read_selection (Reading *reading, double aspect, GError **error)
{
  GimpDrawable *selection = GIMP_DRAWABLE (gimp_image_get_selection (reading->image));
  GeglRectangle region;

  if (!find_selection (reading->image, &reading->bounds, error))
    return FALSE;
  region = surround (reading->image, &reading->bounds, aspect);
  set_region (reading, &region);
  open_region (reading, selection, region.x, region.y, PZ_PLANE_MASK);
  reading->selected = pz_bands_add (reading->bands, selection, -reading->bounds.x,
                                    -reading->bounds.y, PZ_PLANE_MASK);
  go_on (reading, keep_mask, on_mask_read);
  return TRUE;
}

/* ---- the layer below ---- */

static GimpDrawable *
find_below (GimpLayer *concept)
{
  g_autofree GimpItem **siblings = pz_layer_tree_siblings (GIMP_ITEM (concept));

  for (guint i = 0; siblings[i]; i++)
    if (siblings[i] == GIMP_ITEM (concept))
      return siblings[i + 1] ? GIMP_DRAWABLE (siblings[i + 1]) : NULL;
  return NULL;
}

static gboolean
read_below (Reading *reading, GimpLayer *concept, double aspect, GError **error)
{
  GimpDrawable *below = find_below (concept);
  GeglRectangle region;
  gint width, height, x, y;

  if (!below)
    return refuse (_ (NOTHING_BELOW), error);
  width = gimp_drawable_get_width (below);
  height = gimp_drawable_get_height (below);
  region.width = MAX ((gint) MIN ((double) width, height * aspect), 1);
  region.height = MAX ((gint) (region.width / aspect), 1);
  region.x = (width - region.width) / 2;
  region.y = (height - region.height) / 2;
  open_region (reading, below, region.x, region.y, PZ_PLANE_PICTURE);
  gimp_drawable_get_offsets (below, &x, &y);
  region.x += x;
  region.y += y;
  set_region (reading, &region);
  go_on (reading, keep_picture, on_picture_read);
  return TRUE;
}

void
pz_read_start (GimpLayer *concept,
               const char *target,
               double aspect,
               GCancellable *cancellable,
               PzHostStartFunc done,
               gpointer data)
{
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (GError) error = NULL;
  gboolean begun;

  reading->image = gimp_item_get_image (GIMP_ITEM (concept));
  reading->cancellable = cancellable;
  reading->done = done;
  reading->data = data;
  begun = g_str_equal (target, "selection") ? read_selection (reading, aspect, &error)
                                            : read_below (reading, concept, aspect, &error);
  if (!begun)
    finish (reading, error);
}
