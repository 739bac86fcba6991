/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results that are in the image: their visibility, the actions of their tiles, and their recipes.
 */
#include "ui/panel/panel-private.h"

#include <glib/gi18n.h>

/* The host sends no notification when the user edits layers or uses Undo, so their state is polled. */
#define FOLLOW_MS 250
#define LOOK_US 20000 /* time for queries before the main loop continues */
#define REST 4 /* pause before the next update, in multiples of the last one's duration */

/* ---- recipes ---- */

static PzRecipeReader *
read_recipe (PzPanel *panel, const char *recipe)
{
  g_autoptr (GError) error = NULL;
  PzRecipeReader *reader = pz_recipe_reader_new (recipe, &error);

  if (!reader)
    pz_panel_show_error (panel, PZ_CAUSE_RUN, error);
  return reader;
}

/* Seeds of variants count up from the run's seed and can exceed PZ_SETTINGS_MAX_SEED, the largest one that GIMP can store. */
static gboolean
has_seed_to_enter (PzPanel *panel, PzRecipeReader *reader)
{
  guint64 seed = pz_recipe_reader_get_seed (reader);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  g_autofree char *text = NULL;

  if (seed <= PZ_SETTINGS_MAX_SEED)
    return TRUE;
  text = g_strdup_printf (_ ("Seed %s is larger than %d and cannot be entered."), number,
                          PZ_SETTINGS_MAX_SEED);
  pz_status_line_say (panel->status, text);
  return FALSE;
}

static void
say_reused (PzPanel *panel, gboolean whole)
{
  (void) whole;
  pz_status_line_say (panel->status, _ ("The settings are now those of the active layer."));
}

void
pz_panel_reuse_active (PzPanel *panel)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *recipe = panel->host->klass->get_recipe (panel->host->host, &error);
  g_autoptr (PzRecipeReader) reader = NULL;

  if (!recipe)
    {
      pz_panel_show_error (panel, PZ_CAUSE_RUN, error);
      return;
    }
  reader = read_recipe (panel, recipe);
  if (!reader)
    return;
  pz_panel_hide_notice (panel, PZ_CAUSE_RUN);
  pz_panel_recall (panel, reader, has_seed_to_enter (panel, reader) ? say_reused : NULL);
}

/* ---- tiles ---- */

static void
generate_if_whole (PzPanel *panel, gboolean whole)
{
  if (whole)
    pz_panel_generate (panel);
}

/* Generates with the same settings, and noise that varies the result's own. If the result is a variation itself, varies
 * the same picture as it does. */
static void
more_like (PzPanel *panel, PzRecipeReader *reader)
{
  gint varied;

  if (!has_seed_to_enter (panel, reader))
    return;
  pz_panel_recall (panel, reader, generate_if_whole);
  g_object_get (panel->settings, "variation-of", &varied, NULL);
  if (varied < 0)
    varied = (gint) pz_recipe_reader_get_seed (reader);
  g_object_set (panel->settings, "variation-of", varied, "seed", -1, NULL);
}

static void
on_action (PzPanel *panel, guint result, guint action)
{
  g_autoptr (PzRecipeReader) reader = NULL;

  if (action == PZ_TILE_DELETE)
    {
      panel->host->klass->delete_result (panel->host->host, result);
      pz_panel_follow_results (panel);
      return;
    }
  if (action == PZ_TILE_NATIVE)
    {
      panel->host->klass->make_native (panel->host->host, result);
      return;
    }
  /* Settings must not change during a run. */
  if (pz_panel_is_running (panel))
    return;
  reader = read_recipe (panel, g_ptr_array_index (panel->recipes, result));
  if (!reader)
    return;
  if (action == PZ_TILE_USE_SEED && has_seed_to_enter (panel, reader))
    g_object_set (panel->settings, "seed", (gint) pz_recipe_reader_get_seed (reader), NULL);
  else if (action == PZ_TILE_REUSE)
    {
      pz_panel_recall (panel, reader, NULL);
      has_seed_to_enter (panel, reader);
    }
  else if (action == PZ_TILE_MORE)
    more_like (panel, reader);
}

static void
on_shown (PzPanel *panel, guint result, gboolean shown, gboolean alone)
{
  panel->host->klass->show_result (panel->host->host, result, shown, alone);
  pz_panel_follow_results (panel);
}

static PzHostState
seen_state (gpointer data, guint result)
{
  PzPanel *panel = data;

  return g_array_index (panel->seen, PzHostState, result);
}

/* Queries the states in slices, because each query blocks while the host is busy with the image. */
static gboolean
look_on (gpointer data)
{
  PzPanel *panel = data;
  const gint64 start = g_get_monotonic_time ();

  while (panel->seen->len < panel->n_added)
    {
      PzHostState state = panel->host->klass->get_state (panel->host->host, panel->seen->len);

      g_array_append_val (panel->seen, state);
      if (panel->seen->len < panel->n_added && g_get_monotonic_time () > start + LOOK_US)
        return G_SOURCE_CONTINUE;
    }
  pz_result_strip_follow (panel->strip, seen_state, panel);
  panel->rest_until_us =
    g_get_monotonic_time () + REST * (g_get_monotonic_time () - panel->looked_us);
  panel->look_id = 0;
  return G_SOURCE_REMOVE;
}

void
pz_panel_follow_results_soon (PzPanel *panel)
{
  g_clear_handle_id (&panel->look_id, g_source_remove);
  g_array_set_size (panel->seen, 0);
  panel->looked_us = g_get_monotonic_time ();
  panel->look_id = g_idle_add (look_on, panel);
}

void
pz_panel_follow_results (PzPanel *panel)
{
  guint idle;

  pz_panel_follow_results_soon (panel);
  idle = panel->look_id;
  if (look_on (panel) == G_SOURCE_REMOVE)
    g_source_remove (idle);
}

static gboolean
follow (gpointer data)
{
  PzPanel *panel = data;

  if (panel->look_id == 0 && g_get_monotonic_time () >= panel->rest_until_us)
    pz_panel_follow_results (panel);
  return G_SOURCE_CONTINUE;
}

void
pz_panel_build_results (PzPanel *panel)
{
  panel->strip = PZ_RESULT_STRIP (pz_result_strip_new ());
  g_signal_connect_swapped (panel->strip, "shown", G_CALLBACK (on_shown), panel);
  g_signal_connect_swapped (panel->strip, "action", G_CALLBACK (on_action), panel);
  panel->follow_id = g_timeout_add (FOLLOW_MS, follow, panel);
}
