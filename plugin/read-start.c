/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/read-start.h"

#include <math.h>

#include <glib/gi18n.h>

#include "plugin/cut-thing.h"
#include "plugin/layer-tree.h"
#include "plugin/pixel-rows.h"
#include "plugin/result-group.h"

/* Around the selection, in parts of its longer side: what is painted has to fit in there. */
#define SURROUNDINGS 0.25
#define SMALLEST_SIDE 64.0

static gboolean
refuse (const char *sentence, GError **error)
{
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_START, sentence);
  return FALSE;
}

/* A stretch of `size` around the middle of first..last, moved into 0..length where it fits. */
static gint
place (gint first, gint last, gint size, gint length)
{
  gint start = (first + last - size) / 2;

  return size > length ? (length - size) / 2 : CLAMP (start, 0, length - size);
}

/* ---- under the selection ---- */

/* Of what is selected. FALSE = nothing is. */
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

/* What is painted, for a selection within these bounds. */
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

/* Without the results of earlier runs in the same place: a run starts from what was there before them. */
static GimpImage *
twin_without_results (GimpImage *image, const char *place)
{
  GimpImage *twin = gimp_image_duplicate (image);

  gimp_image_undo_disable (twin);
  pz_result_groups_hide (twin, place, NULL);
  return twin;
}

/* All that is visible, as one layer of an image nobody sees. */
static GimpImage *
project (GimpImage *image, const char *place, GimpLayer **layer)
{
  gboolean is_repeat = pz_result_groups_are_seen (image, place);
  GimpImage *scratch = is_repeat ? twin_without_results (image, place) : empty_twin (image);

  *layer = gimp_layer_new_from_visible (is_repeat ? scratch : image, scratch, "visible");
  gimp_image_insert_layer (scratch, *layer, NULL, 0);
  return scratch;
}

static char *
name_place (GimpDrawable *selection, const GeglRectangle *bounds)
{
  g_autoptr (PzPixelRows) rows = pz_pixel_rows_new (selection, bounds, PZ_PIXELS_MASK);

  return pz_result_place_of_selection (bounds->x, bounds->y, pz_pixel_rows_get_image (rows));
}

/* In no more pixels than a model looks at. (transfer full) */
static PzImage *
read_small (GimpDrawable *drawable, const GeglRectangle *region, PzPixels what)
{
  g_autoptr (PzPixelRows) rows = pz_pixel_rows_new (drawable, region, what);

  return pz_thing_keep (pz_pixel_rows_get_image (rows));
}

static PzHostStart *
read_selection (GimpImage *image, double aspect, GError **error)
{
  GimpDrawable *selection = GIMP_DRAWABLE (gimp_image_get_selection (image));
  PzHostStart start = { 0 };
  GeglRectangle bounds, region;
  GimpImage *scratch;
  GimpLayer *visible;

  if (!find_selection (image, &bounds, error))
    return NULL;
  region = surround (image, &bounds, aspect);
  start = (PzHostStart) { region.x, region.y, region.width, region.height };
  start.mask = read_small (selection, &region, PZ_PIXELS_MASK);
  start.place = name_place (selection, &bounds);
  scratch = project (image, start.place, &visible);
  start.picture = read_small (GIMP_DRAWABLE (visible), &region, PZ_PIXELS_PICTURE);
  gimp_image_delete (scratch);
  return pz_host_start_new (&start);
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

static PzHostStart *
read_below (GimpLayer *concept, double aspect, GError **error)
{
  GimpDrawable *below = find_below (concept);
  GeglRectangle region;
  gint width, height, x, y;

  if (!below)
    {
      refuse (_ ("There is no layer below the concept to paint over."), error);
      return NULL;
    }
  width = gimp_drawable_get_width (below);
  height = gimp_drawable_get_height (below);
  region.width = MAX ((gint) MIN ((double) width, height * aspect), 1);
  region.height = MAX ((gint) (region.width / aspect), 1);
  region.x = (width - region.width) / 2;
  region.y = (height - region.height) / 2;
  gimp_drawable_get_offsets (below, &x, &y);
  return pz_host_start_new (&(PzHostStart) {
    .x = x + region.x,
    .y = y + region.y,
    .width = region.width,
    .height = region.height,
    .picture = read_small (below, &region, PZ_PIXELS_PICTURE),
  });
}

PzHostStart *
pz_read_start (GimpLayer *concept, const char *target, double aspect, GError **error)
{
  if (g_str_equal (target, "selection"))
    return read_selection (gimp_item_get_image (GIMP_ITEM (concept)), aspect, error);
  return read_below (concept, aspect, error);
}
