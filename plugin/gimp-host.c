/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/gimp-host-private.h"

#include <glib/gi18n.h>

#include "plugin/image-notes.h"
#include "plugin/pixels.h"
#include "plugin/read-concept.h"
#include "plugin/read-layers.h"
#include "plugin/read-start.h"
#include "plugin/recipe.h"
#include "plugin/select-mask.h"

char *
pz_gimp_host_folder (void)
{
  g_autofree char *binary = g_file_read_link ("/proc/self/exe", NULL);

  return binary ? g_path_get_dirname (binary) : NULL;
}

/* ---- operations in progress ---- */

void
pz_gimp_host_begin (PzGimpHost *gimp, GCancellable *cancellable)
{
  g_ptr_array_add (gimp->under_way, g_object_ref (cancellable));
}

void
pz_gimp_host_end (PzGimpHost *gimp, GCancellable *cancellable)
{
  g_ptr_array_remove_fast (gimp->under_way, cancellable);
}

/* Cancels all operations, and waits until they have released what they hold in GIMP. */
static void
end_all (PzGimpHost *gimp)
{
  for (guint i = 0; i < gimp->under_way->len; i++)
    g_cancellable_cancel (gimp->under_way->pdata[i]);
  while (gimp->under_way->len > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* ---- the concept ---- */

gboolean
pz_gimp_host_image_is_open (PzGimpHost *gimp, GError **error)
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
  if (!pz_gimp_host_image_is_open (gimp, error))
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

/* A request for the concept. */
typedef struct
{
  PzGimpHost *gimp;
  GCancellable *cancellable;
  gulong cancelled_id;
  PzConceptReading *reading; /* NULL = it was read immediately */
  double room;
  PzHostConceptFunc done;
  gpointer data;
} Asking;

static void
asking_free (Asking *asking)
{
  g_cancellable_disconnect (asking->cancellable, asking->cancelled_id);
  pz_gimp_host_end (asking->gimp, asking->cancellable);
  g_free (asking);
}

static void
on_cancelled (GCancellable *cancellable, Asking *asking)
{
  (void) cancellable;
  if (asking->reading)
    pz_concept_reading_stop (asking->reading);
}

/* Stores what results and their recipes need to know about the concept. */
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
  *asking = (Asking) { gimp, cancellable, .room = room, .done = done, .data = done_data };
  pz_gimp_host_begin (gimp, cancellable);
  asking->cancelled_id =
    g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), asking, NULL);
  reading = pz_concept_reading_begin (gimp->concept, mask_source, room, gimp->host.seeker,
                                      on_read, asking);
  if (reading)
    asking->reading = reading;
}

/* A request for what is painted over. */
typedef struct
{
  PzGimpHost *gimp;
  GCancellable *cancellable;
  PzHostStartFunc done;
  gpointer data;
} AskingStart;

static void
on_start_read (PzHostStart *start, const GError *error, gpointer data)
{
  AskingStart *asking = data;
  g_autoptr (PzHostStart) read = start;
  g_autoptr (GError) gone = NULL;

  if (!g_cancellable_is_cancelled (asking->cancellable))
    {
      if (!read && concept_is_there (asking->gimp, &gone))
        g_propagate_error (&gone, g_error_copy (error));
      asking->done (g_steal_pointer (&read), gone, asking->data);
    }
  pz_gimp_host_end (asking->gimp, asking->cancellable);
  g_free (asking);
}

static void
read_start (gpointer data,
            const char *target,
            double aspect,
            GCancellable *cancellable,
            PzHostStartFunc done,
            gpointer done_data)
{
  PzGimpHost *gimp = data;
  g_autoptr (GError) error = NULL;
  AskingStart *asking;

  if (!concept_is_there (gimp, &error))
    {
      done (NULL, error, done_data);
      return;
    }
  asking = g_new (AskingStart, 1);
  *asking = (AskingStart) { gimp, cancellable, done, done_data };
  pz_gimp_host_begin (gimp, cancellable);
  pz_read_start (gimp->concept, target, aspect, cancellable, on_start_read, asking);
}

/* A request for layers. */
typedef struct
{
  PzGimpHost *gimp;
  GCancellable *cancellable;
  PzHostLayerFunc each;
  PzHostDoneFunc done;
  gpointer data;
} AskingLayers;

static void
on_layer (PzHostConcept *concept, gpointer data)
{
  const AskingLayers *asking = data;

  asking->each (concept, asking->data);
}

static void
on_layers_read (const GError *error, gpointer data)
{
  AskingLayers *asking = data;

  if (!g_cancellable_is_cancelled (asking->cancellable))
    asking->done (error, asking->data);
  pz_gimp_host_end (asking->gimp, asking->cancellable);
  g_free (asking);
}

static void
read_layers (gpointer data,
             GCancellable *cancellable,
             PzHostLayerFunc each,
             PzHostDoneFunc done,
             gpointer done_data)
{
  PzGimpHost *gimp = data;
  g_autofree GimpLayer **layers = NULL;
  g_autoptr (GError) error = NULL;
  AskingLayers *asking;

  if (pz_gimp_host_image_is_open (gimp, &error)
      && !*(layers = gimp_image_get_selected_layers (gimp->image)))
    g_set_error_literal (&error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_LAYER,
                         _ ("Select at least one layer in the image, then try again."));
  if (error)
    {
      done (error, done_data);
      return;
    }
  asking = g_new (AskingLayers, 1);
  *asking = (AskingLayers) { gimp, cancellable, each, done, done_data };
  pz_gimp_host_begin (gimp, cancellable);
  pz_read_layers (g_steal_pointer (&layers), gimp->host.seeker, cancellable, on_layer,
                  on_layers_read, asking);
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

  if (!pz_gimp_host_image_is_open (gimp, error))
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

/* ---- what is stored in the image ---- */

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

  if (!pz_gimp_host_image_is_open (gimp, error))
    return FALSE;
  gimp_image_undo_group_start (gimp->image);
  pz_notes_forget_prompts (gimp->image);
  gimp_image_undo_group_end (gimp->image);
  gimp->forgot = TRUE;
  return TRUE;
}

static const PzHostClass gimp_host_class = {
  .read_concept = read_concept,
  .read_start = read_start,
  .read_layers = read_layers,
  .get_stamp = get_stamp,
  .use_active = use_active,
  .select = select_found,
  .add_results = pz_gimp_host_add_results,
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
  gimp->under_way = g_ptr_array_new_with_free_func (g_object_unref);
  gimp->host.seeker = pz_seeker_new (gimp->host.beside);
  gimp->results = pz_results_new ();
  return gimp;
}

void
pz_gimp_host_free (PzGimpHost *gimp)
{
  end_all (gimp);
  g_ptr_array_unref (gimp->under_way);
  pz_seeker_free (gimp->host.seeker);
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
