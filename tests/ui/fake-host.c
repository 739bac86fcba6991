/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/fake-host.h"

#include <math.h>

#define SIDE 96

/* ---- the concept ---- */

/* Paints a ball on a floor, which is visible in screenshots of the dialog. */
static PzHostConcept *
paint_concept (void)
{
  PzHostConcept *concept = g_new0 (PzHostConcept, 1);
  float *pixels = g_new (float, SIDE *SIDE * 3), *mask = g_new (float, SIDE *SIDE);

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      float x = (float) (i % SIDE) / SIDE - 0.5f, y = (float) (i / SIDE) / SIDE - 0.5f;
      float r = hypotf (x, y), light = 0.9f - hypotf (x + 0.12f, y + 0.14f);
      gboolean ball = r < 0.36f;

      mask[i] = ball ? 1 : 0;
      pixels[i * 3] = ball ? light : y > 0.1f ? 0.42f : 0.70f;
      pixels[i * 3 + 1] = ball ? light * 0.45f : y > 0.1f ? 0.36f : 0.78f;
      pixels[i * 3 + 2] = ball ? light * 0.2f : y > 0.1f ? 0.30f : 0.86f;
    }
  concept->image = pz_image_new_take (SIDE, SIDE, 3, pixels);
  concept->mask = pz_image_new_take (SIDE, SIDE, 1, mask);
  concept->name = g_strdup ("fox");
  concept->mask_source = g_strdup ("selection");
  return concept;
}

/* Finishes the reading in progress; there is one at a time. */
static void
answer (PzFakeHost *host)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&host->reading);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (cancellable))
    return;
  if (host->concept_error < 0 || g_str_equal (host->mask_source, "layer"))
    {
      PzHostConcept *concept = paint_concept ();

      concept->found = host->finds ? pz_image_ref (concept->mask) : NULL;
      host->done (concept, NULL, host->done_data);
      return;
    }
  g_set_error_literal (&error, PZ_HOST_ERROR, host->concept_error,
                       "Layer “fox”: the selection does not touch any visible part of it.");
  host->done (NULL, error, host->done_data);
}

static void
read_concept (gpointer data,
              const char *mask_source,
              double room,
              GCancellable *cancellable,
              PzHostConceptFunc done,
              gpointer done_data)
{
  PzFakeHost *host = data;

  host->n_reads++;
  host->room = room;
  g_set_str (&host->mask_source, mask_source);
  g_set_object (&host->reading, cancellable);
  host->done = done;
  host->done_data = done_data;
  if (!host->hold_reading)
    answer (host);
}

static void
answer_start (PzFakeHost *host)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&host->reading_start);
  g_autoptr (PzHostConcept) concept = paint_concept ();

  if (g_cancellable_is_cancelled (cancellable))
    return;
  host->start_done (pz_host_start_new (&(PzHostStart) {
                      .x = 3,
                      .y = 4,
                      .width = 50,
                      .height = 60,
                      .picture = pz_image_ref (concept->image),
                      .mask = pz_image_ref (concept->mask),
                      .place = g_strdup ("here"),
                    }),
                    NULL, host->start_data);
}

static void
read_start (gpointer data,
            const char *target,
            double aspect,
            GCancellable *cancellable,
            PzHostStartFunc done,
            gpointer done_data)
{
  PzFakeHost *host = data;
  g_autoptr (GError) error = NULL;

  g_assert_cmpfloat (aspect, ==, 1);
  if (g_str_equal (target, "selection") && !host->n_selections)
    {
      g_set_error_literal (
        &error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_START,
        "Select the part of the image that the new pictures should go into.");
      done (NULL, error, done_data);
      return;
    }
  g_set_object (&host->reading_start, cancellable);
  host->start_done = done;
  host->start_data = done_data;
  if (!host->hold_start)
    answer_start (host);
}

/* Acts as if two layers were selected. */
static void
read_layers (gpointer data,
             GCancellable *cancellable,
             PzHostLayerFunc each,
             PzHostDoneFunc done,
             gpointer done_data)
{
  PzFakeHost *host = data;

  (void) cancellable;
  host->n_reads++;
  for (guint i = 0; i < 2; i++)
    each (paint_concept (), done_data);
  done (NULL, done_data);
}

static char *
get_stamp (gpointer data)
{
  return g_strdup_printf ("%u", ((PzFakeHost *) data)->n_selections);
}

static gboolean
use_active (gpointer data, GError **error)
{
  PzFakeHost *host = data;

  (void) error;
  host->n_uses++;
  host->concept_error = -1;
  return TRUE;
}

/* All runs of the fake have the same position in the image; hidden results stay in the image. */
static void
hide_all (PzFakeHost *host)
{
  for (guint i = 0; i < host->states->len; i++)
    if (g_array_index (host->states, PzHostState, i) == PZ_HOST_SHOWN)
      g_array_index (host->states, PzHostState, i) = PZ_HOST_HIDDEN;
}

/* Only the first variant of the newest run is shown. */
static void
add_states (PzFakeHost *host, guint n)
{
  hide_all (host);
  for (guint i = 0; i < n; i++)
    {
      PzHostState state = i == 0 ? PZ_HOST_SHOWN : PZ_HOST_HIDDEN;

      g_array_append_val (host->states, state);
    }
}

static char *
describe_start (const PzHostStart *start)
{
  g_autofree char *mask = pz_image_hash (start->mask);

  return g_strdup_printf ("%s: %d,%d %dx%d %ux%u %s", start->place, start->x, start->y,
                          start->width, start->height, pz_image_get_width (start->picture),
                          pz_image_get_height (start->picture), mask);
}

static void
take_results (PzFakeHost *host, const PzHostAddition *addition)
{
  g_assert_nonnull (addition->results[addition->n_results - 1].image);
  host->n_calls++;
  host->n_results += addition->n_results;
  add_states (host, addition->n_results);
  host->new_image = addition->new_image;
  host->mark_origin = addition->mark_origin;
  host->native_size = addition->native_size;
  host->without_prompt = addition->without_prompt;
  host->painted_over = addition->start != NULL;
  g_clear_pointer (&host->start, g_free);
  if (addition->start)
    host->start = describe_start (addition->start);
  g_set_str (&host->prompt, addition->prompt);
  g_set_str (&host->comment, addition->comment);
}

static void
finish_adding (PzFakeHost *host)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&host->adding);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (cancellable))
    return;
  if (host->add_error >= 0 && !host->addition->new_image)
    g_set_error_literal (&error, PZ_HOST_ERROR, host->add_error, "The image was closed.");
  else
    take_results (host, host->addition);
  host->added (error, host->added_data);
}

static void
add_results (gpointer data,
             const PzHostAddition *addition,
             GCancellable *cancellable,
             PzHostDoneFunc done,
             gpointer done_data)
{
  PzFakeHost *host = data;

  g_assert_null (host->adding);
  host->adding = g_object_ref (cancellable);
  host->addition = addition;
  host->added = done;
  host->added_data = done_data;
  if (!host->hold_adding)
    finish_adding (host);
}

static void
tell (PzFakeHost *host, const char *what, guint result)
{
  g_ptr_array_add (host->told, g_strdup_printf ("%s %u", what, result));
}

static void
show_result (gpointer data, guint result, gboolean shown, gboolean alone)
{
  PzFakeHost *host = data;

  tell (host, !shown ? "hide" : alone ? "show" : "add", result);
  if (shown && alone)
    hide_all (host);
  g_array_index (host->states, PzHostState, result) = shown ? PZ_HOST_SHOWN : PZ_HOST_HIDDEN;
}

static void
delete_result (gpointer data, guint result)
{
  PzFakeHost *host = data;

  tell (host, "delete", result);
  g_array_index (host->states, PzHostState, result) = PZ_HOST_GONE;
}

static void
make_native (gpointer data, guint result)
{
  tell (data, "native", result);
}

static PzHostState
get_state (gpointer data, guint result)
{
  PzFakeHost *host = data;

  g_assert_cmpuint (result, <, host->states->len);
  return g_array_index (host->states, PzHostState, result);
}

static char *
get_recipe (gpointer data, GError **error)
{
  PzFakeHost *host = data;

  if (host->recipe)
    return g_strdup (host->recipe);
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_RECIPE,
                       "The active layer has no settings to reuse: it was not made with "
                       "Personalize Concept.");
  return NULL;
}

static gboolean
forget_prompts (gpointer data, GError **error)
{
  (void) error;
  ((PzFakeHost *) data)->n_forgotten++;
  return TRUE;
}

static gboolean
select_found (gpointer data, PzImage *mask, GError **error)
{
  (void) data;
  (void) mask;
  (void) error;
  return TRUE;
}

const PzHostClass pz_fake_host_class = {
  .read_concept = read_concept,
  .read_start = read_start,
  .read_layers = read_layers,
  .get_stamp = get_stamp,
  .use_active = use_active,
  .add_results = add_results,
  .show_result = show_result,
  .delete_result = delete_result,
  .get_state = get_state,
  .make_native = make_native,
  .get_recipe = get_recipe,
  .forget_prompts = forget_prompts,
  .select = select_found,
};

void
pz_fake_host_init (PzFakeHost *host)
{
  host->concept_error = host->add_error = -1;
  host->told = g_ptr_array_new_with_free_func (g_free);
  host->states = g_array_new (FALSE, FALSE, sizeof (PzHostState));
}

void
pz_fake_host_release (PzFakeHost *host)
{
  host->hold_reading = host->hold_start = host->hold_adding = FALSE;
  if (host->reading)
    answer (host);
  if (host->reading_start)
    answer_start (host);
  if (host->adding)
    finish_adding (host);
}

void
pz_fake_host_clear (PzFakeHost *host)
{
  char *texts[] = { host->mask_source, host->prompt, host->comment, host->start };

  g_clear_object (&host->reading);
  g_clear_object (&host->reading_start);
  g_clear_object (&host->adding);
  g_ptr_array_unref (host->told);
  g_array_unref (host->states);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}
