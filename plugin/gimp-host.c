/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/gimp-host.h"

#include <glib/gi18n.h>

#include "plugin/add-layers.h"
#include "plugin/image-notes.h"
#include "plugin/pixels.h"
#include "plugin/read-concept.h"
#include "plugin/read-start.h"
#include "plugin/recipe.h"
#include "plugin/results.h"
#include "plugin/select-mask.h"

struct _PzGimpHost
{
  PzHost host;
  GimpImage *image; /* the concept's */
  GimpLayer *concept;
  GimpImage
    *fresh; /* where results go when they cannot go into `image`; NULL = not needed yet */
  gboolean displays;
  PzResults *results;
  GeglRectangle
    square; /* what the model looks at, from the concept's corner; empty = not read yet */
  PzRecipeSource source; /* of the last reading */
  gboolean forgot; /* prompts were taken out since the last results */
  GPtrArray *askings; /* Asking: for the concept, under way */
  PzSeeker *seeker;
  GThread *preparing; /* the first writing of results; NULL = nobody would wait for it */
};

char *
pz_gimp_host_folder (void)
{
  g_autofree char *binary = g_file_read_link ("/proc/self/exe", NULL);

  return binary ? g_path_get_dirname (binary) : NULL;
}

/* ---- the concept ---- */

static gboolean
image_is_open (PzGimpHost *gimp, GError **error)
{
  if (gimp_image_is_valid (gimp->image))
    return TRUE;
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_IMAGE_CLOSED,
                       _ ("The image was closed."));
  return FALSE;
}

static gboolean
concept_is_there (PzGimpHost *gimp, GError **error)
{
  if (!image_is_open (gimp, error))
    return FALSE;
  if (gimp_item_is_valid (GIMP_ITEM (gimp->concept)))
    return TRUE;
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_LAYER,
                       _ ("The concept's layer was deleted. Select another layer in the image, "
                          "then click “Use Active Layer”."));
  return FALSE;
}

static void
say_not_one (GError **error)
{
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_LAYER,
                       _ ("Select exactly one layer in the image, then try again."));
}

/* One asking for the concept. */
typedef struct
{
  PzGimpHost *gimp;
  GCancellable *cancellable;
  gulong cancelled_id;
  PzConceptReading *reading; /* NULL = it was read at once */
  double room;
  PzHostConceptFunc done;
  gpointer data;
} Asking;

static void
asking_free (Asking *asking)
{
  g_ptr_array_remove_fast (asking->gimp->askings, asking);
  g_cancellable_disconnect (asking->cancellable, asking->cancelled_id);
  g_object_unref (asking->cancellable);
  g_free (asking);
}

static void
on_cancelled (GCancellable *cancellable, Asking *asking)
{
  (void) cancellable;
  if (asking->reading)
    pz_concept_reading_stop (asking->reading);
}

/* What results and their recipes will say. */
static void
keep_source (Asking *asking, const PzHostConcept *concept, const GeglRectangle *square)
{
  PzGimpHost *gimp = asking->gimp;
  gint x, y;

  gimp_drawable_get_offsets (GIMP_DRAWABLE (gimp->concept), &x, &y);
  gimp->square = *square;
  gimp->square.x -= x;
  gimp->square.y -= y;
  g_set_str (&gimp->source.layer, concept->name);
  g_set_str (&gimp->source.mask_source, concept->mask_source);
  gimp->source.tattoo = gimp_item_get_tattoo (GIMP_ITEM (gimp->concept));
  gimp->source.room = asking->room;
}

static void
on_read (PzHostConcept *concept,
         const GeglRectangle *square,
         const GError *error,
         gpointer data)
{
  Asking *asking = data;
  PzGimpHost *gimp = asking->gimp;
  g_autoptr (GError) gone = NULL;

  if (g_cancellable_is_cancelled (asking->cancellable))
    g_clear_pointer (&concept, pz_host_concept_free);
  else
    {
      if (concept)
        keep_source (asking, concept, square);
      else if (!error && concept_is_there (gimp, &gone))
        say_not_one (&gone);
      asking->done (concept, error ? error : gone, asking->data);
    }
  asking_free (asking);
}

static void
read_concept (gpointer data,
              const char *mask_source,
              double room,
              GCancellable *cancellable,
              PzHostConceptFunc done,
              gpointer done_data)
{
  PzGimpHost *gimp = data;
  g_autoptr (GError) error = NULL;
  PzConceptReading *reading;
  Asking *asking;

  if (!concept_is_there (gimp, &error))
    {
      done (NULL, error, done_data);
      return;
    }
  asking = g_new0 (Asking, 1);
  *asking = (Asking) { gimp, g_object_ref (cancellable), .room = room, .done = done,
                       .data = done_data };
  g_ptr_array_add (gimp->askings, asking);
  asking->cancelled_id =
    g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), asking, NULL);
  reading =
    pz_concept_reading_begin (gimp->concept, mask_source, room, gimp->seeker, on_read, asking);
  if (reading)
    asking->reading = reading;
}

static PzHostStart *
get_start (gpointer data, const char *target, double aspect, GError **error)
{
  PzGimpHost *gimp = data;

  return concept_is_there (gimp, error) ? pz_read_start (gimp->concept, target, aspect, error)
                                        : NULL;
}

static char *
get_stamp (gpointer data)
{
  PzGimpHost *gimp = data;
  GimpDrawable *concept = GIMP_DRAWABLE (gimp->concept);
  gboolean selected;
  gint x, y, x1, y1, x2, y2;

  if (!gimp_image_is_valid (gimp->image))
    return g_strdup ("closed");
  if (!gimp_item_is_valid (GIMP_ITEM (concept)))
    return g_strdup ("deleted");
  gimp_selection_bounds (gimp->image, &selected, &x1, &y1, &x2, &y2);
  gimp_drawable_get_offsets (concept, &x, &y);
  return g_strdup_printf ("%d %d,%d,%d,%d %d,%d,%d,%d %d", selected, x1, y1, x2, y2, x, y,
                          gimp_drawable_get_width (concept), gimp_drawable_get_height (concept),
                          gimp_layer_get_mask (gimp->concept) != NULL);
}

/* The one layer that is selected in the image, or NULL + error. */
static GimpLayer *
active_layer (PzGimpHost *gimp, GError **error)
{
  g_autofree GimpLayer **layers = NULL;

  if (!image_is_open (gimp, error))
    return NULL;
  layers = gimp_image_get_selected_layers (gimp->image);
  if (layers && layers[0] && !layers[1])
    return layers[0];
  say_not_one (error);
  return NULL;
}

static gboolean
use_active (gpointer data, GError **error)
{
  PzGimpHost *gimp = data;
  GimpLayer *layer = active_layer (gimp, error);

  if (layer)
    gimp->concept = layer;
  return layer != NULL;
}

static gboolean
select_found (gpointer data, PzImage *mask, GError **error)
{
  PzGimpHost *gimp = data;

  if (!concept_is_there (gimp, error))
    return FALSE;
  if (pz_select_mask (gimp->concept, mask))
    return TRUE;
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_REFUSED,
                       _ ("GIMP did not accept the selection."));
  return FALSE;
}

/* ---- results ---- */

/* An image of their own: asked for, or because results are RGB and the concept's image is gray. */
static GimpImage *
fresh_image (PzGimpHost *gimp, const PzImage *picture)
{
  if (!gimp->fresh || !gimp_image_is_valid (gimp->fresh))
    {
      gimp->fresh = gimp_image_new ((gint) pz_image_get_width (picture),
                                    (gint) pz_image_get_height (picture), GIMP_RGB);
      if (gimp->displays)
        gimp_display_new (gimp->fresh);
    }
  return gimp->fresh;
}

static gboolean
add_all (PzGimpHost *gimp, GimpImage *target, const PzHostAddition *addition)
{
  gboolean beside_concept = target == gimp->image;
  g_autoptr (GPtrArray) layers = g_ptr_array_new ();
  PzAddLayers params = { .target = target, .source = &gimp->source };
  gint x, y;

  if (beside_concept && gimp_item_is_valid (GIMP_ITEM (gimp->concept)))
    {
      gimp_drawable_get_offsets (GIMP_DRAWABLE (gimp->concept), &x, &y);
      params.concept = gimp->concept;
      params.square = gimp->square;
      params.square.x += x;
      params.square.y += y;
    }
  /* The layers come last: where they are, all is well. */
  if ((addition->comment && !pz_notes_set_comment (target, addition->comment))
      || (addition->mark_origin && !pz_notes_mark_origin (target, beside_concept))
      || !pz_add_layers (&params, addition, layers))
    return FALSE;
  for (guint i = 0; i < layers->len; i++)
    pz_results_add (gimp->results, layers->pdata[i], addition->results[i].image);
  return TRUE;
}

static gboolean
add_results (gpointer data, const PzHostAddition *addition, GError **error)
{
  PzGimpHost *gimp = data;
  g_autofree GimpLayer **selected = NULL;
  GimpImage *target = gimp->image;
  gboolean added;

  if (!addition->new_image && !image_is_open (gimp, error))
    return FALSE;
  if (addition->new_image || gimp_image_get_base_type (target) != GIMP_RGB)
    target = fresh_image (gimp, addition->results[0].image);
  selected = gimp_image_get_selected_layers (target);
  gimp_image_undo_group_start (target);
  gimp_image_freeze_layers (target);
  added = add_all (gimp, target, addition);
  /* The concept stays selected, else Repeat would feed on its own output. */
  if (target == gimp->image)
    gimp_image_set_selected_layers (target, (const GimpLayer **) selected);
  gimp_image_thaw_layers (target);
  gimp_image_undo_group_end (target);
  gimp_displays_flush ();
  if (added)
    gimp->forgot = addition->without_prompt;
  else
    g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_REFUSED,
                         _ ("GIMP did not accept the new layers."));
  return added;
}

static void
show_result (gpointer data, guint result, gboolean shown, gboolean alone)
{
  PzGimpHost *gimp = data;

  g_return_if_fail (result < pz_results_get_n (gimp->results));
  pz_results_show (gimp->results, result, shown, alone);
}

static void
delete_result (gpointer data, guint result)
{
  PzGimpHost *gimp = data;

  g_return_if_fail (result < pz_results_get_n (gimp->results));
  pz_results_delete (gimp->results, result);
}

static void
make_native (gpointer data, guint result)
{
  PzGimpHost *gimp = data;

  g_return_if_fail (result < pz_results_get_n (gimp->results));
  pz_results_make_native (gimp->results, result);
}

static PzHostState
get_state (gpointer data, guint result)
{
  PzGimpHost *gimp = data;

  g_return_val_if_fail (result < pz_results_get_n (gimp->results), PZ_HOST_GONE);
  return pz_results_get_state (gimp->results, result);
}

/* ---- what is written in the image ---- */

static char *
get_recipe (gpointer data, GError **error)
{
  PzGimpHost *gimp = data;
  GimpLayer *layer = active_layer (gimp, error);
  char *recipe = layer ? pz_recipe_read (layer) : NULL;

  if (layer && !recipe)
    g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_RECIPE,
                         _ ("The active layer has no settings to reuse: it was not made with "
                            "Personalize Concept."));
  return recipe;
}

static gboolean
forget_prompts (gpointer data, GError **error)
{
  PzGimpHost *gimp = data;

  if (!image_is_open (gimp, error))
    return FALSE;
  gimp_image_undo_group_start (gimp->image);
  pz_notes_forget_prompts (gimp->image);
  gimp_image_undo_group_end (gimp->image);
  gimp->forgot = TRUE;
  return TRUE;
}

static const PzHostClass gimp_host_class = {
  .read_concept = read_concept,
  .get_start = get_start,
  .get_stamp = get_stamp,
  .use_active = use_active,
  .select = select_found,
  .add_results = add_results,
  .show_result = show_result,
  .delete_result = delete_result,
  .get_state = get_state,
  .make_native = make_native,
  .get_recipe = get_recipe,
  .forget_prompts = forget_prompts,
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
  if (displays)
    gimp->preparing = pz_pixels_prepare (gimp->image);
  gimp->askings = g_ptr_array_new ();
  gimp->seeker = pz_seeker_new (gimp->host.beside);
  gimp->results = pz_results_new ();
  return gimp;
}

void
pz_gimp_host_free (PzGimpHost *gimp)
{
  /* Nobody waits for them any more; what they hold in GIMP has to go. */
  while (gimp->askings->len > 0)
    {
      g_cancellable_cancel (((Asking *) gimp->askings->pdata[0])->cancellable);
      g_main_context_iteration (NULL, TRUE);
    }
  g_ptr_array_unref (gimp->askings);
  pz_seeker_free (gimp->seeker);
  g_clear_pointer (&gimp->preparing, g_thread_join);
  g_free (gimp->host.beside);
  g_free (gimp->source.layer);
  g_free (gimp->source.mask_source);
  pz_results_free (gimp->results);
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
  return pz_results_get_layers (gimp->results);
}

gboolean
pz_gimp_host_has_forgotten (PzGimpHost *gimp)
{
  return gimp->forgot;
}

gboolean
pz_gimp_host_has_displays (PzGimpHost *gimp)
{
  return gimp->displays;
}
