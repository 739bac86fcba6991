/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adds results to an image as layers. Sending the pixels of a photograph to GIMP takes seconds, and only the main thread may
 * talk to GIMP. So the layers are written some rows at a time before they are in an image, and then inserted all at once.
 */
#include <glib/gi18n.h>

#include "plugin/add-layers.h"
#include "plugin/gimp-host-private.h"
#include "plugin/image-notes.h"
#include "plugin/pixels.h"

typedef struct
{
  PzGimpHost *gimp;
  const PzHostAddition *addition; /* invalid after cancellation */
  GCancellable *cancellable;
  PzHostDoneFunc done;
  gpointer data;
  GimpImage *target;
  const Babl *format; /* of the target's layers when the new ones were begun */
  PzNewLayers *layers; /* NULL = not begun */
} Adding;

/* ---- the target ---- */

/* A separate image for the results: requested, or needed because results are RGB and the concept's image is not. */
static GimpImage *
fresh_image (PzGimpHost *gimp, const PzImage *picture)
{
  if (!gimp->fresh || !gimp_image_is_valid (gimp->fresh))
    gimp->fresh = gimp_image_new ((gint) pz_image_get_width (picture),
                                  (gint) pz_image_get_height (picture), GIMP_RGB);
  return gimp->fresh;
}

static gboolean
is_empty (GimpImage *image)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);

  return !layers || !layers[0];
}

/* Deletes the separate image if nothing was added to it. */
static void
drop_fresh (PzGimpHost *gimp)
{
  if (gimp->fresh && gimp_image_is_valid (gimp->fresh) && is_empty (gimp->fresh))
    gimp_image_delete (gimp->fresh);
}

static gboolean
choose_target (Adding *adding, GError **error)
{
  PzGimpHost *gimp = adding->gimp;

  adding->target = gimp->image;
  if (!adding->addition->new_image && !pz_gimp_host_image_is_open (gimp, error))
    return FALSE;
  if (adding->addition->new_image || gimp_image_get_base_type (gimp->image) != GIMP_RGB)
    adding->target = fresh_image (gimp, adding->addition->results[0].image);
  return TRUE;
}

/* The place in its current state. */
static PzAddLayers
place_of (const Adding *adding)
{
  PzGimpHost *gimp = adding->gimp;
  PzAddLayers params = { .target = adding->target, .source = &gimp->source };
  gint x, y;

  if (adding->target == gimp->image && gimp_item_is_valid (GIMP_ITEM (gimp->concept)))
    {
      gimp_drawable_get_offsets (GIMP_DRAWABLE (gimp->concept), &x, &y);
      params.concept = gimp->concept;
      params.square = gimp->square;
      params.square.x += x;
      params.square.y += y;
    }
  return params;
}

/* ---- writing ---- */

/* Also called to start again if the mode or format of the image has changed meanwhile. */
static gboolean
begin (Adding *adding, GError **error)
{
  PzAddLayers params;

  g_clear_pointer (&adding->layers, pz_new_layers_free);
  if (!choose_target (adding, error))
    return FALSE;
  params = place_of (adding);
  adding->format = pz_pixels_format (adding->target);
  adding->layers = pz_new_layers_new (&params, adding->addition);
  return TRUE;
}

/* Whether the target still exists and the layers fit it as it is now. */
static gboolean
fits (const Adding *adding)
{
  return gimp_image_is_valid (adding->target)
         && gimp_image_get_base_type (adding->target) == GIMP_RGB
         && pz_pixels_format (adding->target) == adding->format;
}

/* ---- inserting ---- */

static gboolean
put_in (Adding *adding)
{
  PzGimpHost *gimp = adding->gimp;
  const PzHostAddition *addition = adding->addition;
  gboolean beside_concept = adding->target == gimp->image;
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  PzAddLayers params = place_of (adding);

  /* Insert the layers last: if they are in, everything succeeded. */
  if ((addition->comment && !pz_notes_set_comment (adding->target, addition->comment))
      || (addition->mark_origin && !pz_notes_mark_origin (adding->target, beside_concept))
      || !pz_new_layers_insert (adding->layers, &params, added))
    return FALSE;
  for (guint i = 0; i < added->len; i++)
    pz_results_add (gimp->results, added->pdata[i], addition->results[i].image);
  return TRUE;
}

/* One undo step. */
static void
insert (Adding *adding, GError **error)
{
  PzGimpHost *gimp = adding->gimp;
  GimpImage *target = adding->target;
  gboolean is_first = is_empty (target), added;
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (target);

  gimp_image_undo_group_start (target);
  gimp_image_freeze_layers (target);
  added = put_in (adding);
  /* Keep the concept selected, otherwise Repeat would use its own output as the concept. */
  if (target == gimp->image)
    gimp_image_set_selected_layers (target, (const GimpLayer **) selected);
  gimp_image_thaw_layers (target);
  gimp_image_undo_group_end (target);
  if (added && is_first && target == gimp->fresh && gimp->displays)
    gimp_display_new (target);
  gimp_displays_flush ();
  if (added)
    gimp->forgot = adding->addition->without_prompt;
  else
    g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_REFUSED,
                         _ ("GIMP did not accept the new layers."));
}

/* ---- in the main loop ---- */

static void
end (Adding *adding, const GError *error)
{
  const gboolean cancelled = g_cancellable_is_cancelled (adding->cancellable);

  g_clear_pointer (&adding->layers, pz_new_layers_free);
  if (error || cancelled)
    drop_fresh (adding->gimp);
  if (!cancelled)
    adding->done (error, adding->data);
  pz_gimp_host_end (adding->gimp, adding->cancellable);
  g_free (adding);
}

/* FALSE = finished, or failed with an error. */
static gboolean
go_on (Adding *adding, GError **error)
{
  if (!adding->layers || !gimp_image_is_valid (adding->target))
    return begin (adding, error);
  if (pz_new_layers_write (adding->layers))
    return TRUE;
  if (!fits (adding))
    return begin (adding, error);
  insert (adding, error);
  return FALSE;
}

static gboolean
on_idle (gpointer data)
{
  Adding *adding = data;
  g_autoptr (GError) error = NULL;

  if (!g_cancellable_is_cancelled (adding->cancellable) && go_on (adding, &error))
    return G_SOURCE_CONTINUE;
  end (adding, error);
  return G_SOURCE_REMOVE;
}

void
pz_gimp_host_add_results (gpointer host,
                          const PzHostAddition *addition,
                          GCancellable *cancellable,
                          PzHostDoneFunc done,
                          gpointer data)
{
  Adding *adding = g_new (Adding, 1);

  *adding = (Adding) {
    .gimp = host,
    .addition = addition,
    .cancellable = cancellable,
    .done = done,
    .data = data,
  };
  pz_gimp_host_begin (host, cancellable);
  /* Idle priority: after user input and drawing. */
  g_idle_add (on_idle, adding);
}
