/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adds results as layers: those of a run, those that an image did not accept, and those left by interrupted runs.
 */
#include <glib/gi18n.h>

#include "ui/panel/panel-private.h"

gboolean
pz_panel_has_pending (PzPanel *panel)
{
  return panel->run && !pz_panel_is_running (panel) && pz_run_get_n_made (panel->run) > 0;
}

/* The results are layers now, and the run ends. */
static void
note_added (PzPanel *panel)
{
  guint made = pz_run_get_n_made (panel->run);

  for (guint i = 0; i < made; i++)
    g_ptr_array_add (panel->recipes, g_strdup (pz_run_get_result (panel->run, i)->recipe));
  panel->n_added += made;
  pz_result_strip_added (panel->strip, !panel->into_new_image && pz_run_is_scaled (panel->run));
  pz_panel_follow_results_soon (panel);
  pz_panel_tell_of_prompts (panel);
  g_clear_pointer (&panel->run, pz_run_free);
}

/* Results that were not accepted are kept for another attempt. */
static void
on_added (const GError *error, gpointer data)
{
  PzPanel *panel = data;
  guint n_before = panel->n_added;

  panel->adding = FALSE;
  pz_panel_set_state (panel, panel->state);
  if (error)
    pz_panel_show_error (panel, PZ_CAUSE_PENDING, error);
  else
    note_added (panel);
  panel->then (panel, panel->n_added - n_before, error);
  pz_panel_reopen_if_due (panel);
}

/* Until the results are added, the panel behaves as during a run that is stopping, so that closing waits for it. */
void
pz_panel_add_results (PzPanel *panel,
                      gboolean new_image,
                      void (*then) (PzPanel *panel, guint n_added, const GError *error))
{
  panel->adding = TRUE;
  panel->into_new_image = new_image;
  panel->then = then;
  pz_status_line_say (panel->status, _ ("Adding the layers…"));
  pz_panel_set_state (panel, panel->state);
  pz_run_add (panel->run, panel->host, new_image, on_added, panel);
}

static void
pending_added (PzPanel *panel, guint n_added, const GError *error)
{
  (void) n_added;
  if (error)
    {
      pz_status_line_say (panel->status, panel->ready_text);
      return;
    }
  pz_panel_hide_notice (panel, PZ_CAUSE_PENDING);
  pz_status_line_say (panel->status, _ ("The results are in a new image."));
}

void
pz_panel_add_pending (PzPanel *panel)
{
  pz_panel_add_results (panel, TRUE, pending_added);
}

void
pz_panel_discard_pending (PzPanel *panel)
{
  pz_result_strip_dropped (panel->strip);
  g_clear_pointer (&panel->run, pz_run_discard);
  pz_panel_hide_notice (panel, PZ_CAUSE_PENDING);
  pz_status_line_say (panel->status, panel->ready_text);
}

char *
pz_panel_sum_up (guint made, guint wanted)
{
  if (made == wanted)
    return g_strdup_printf (ngettext ("%u variant added. Ctrl+Z in the image takes it back.",
                                      "%u variants added. Ctrl+Z in the image takes them back.",
                                      made),
                            made);
  return g_strdup_printf (ngettext ("Stopped: %u of %u variant added.",
                                    "Stopped: %u of %u variants added.", wanted),
                          made, wanted);
}

char *
pz_panel_count_kept (PzPanel *panel)
{
  const guint n = panel->run ? pz_run_get_n_made (panel->run) : 0;

  /* Translators: the image did not accept them; a button opens them as a new image. */
  return g_strdup_printf (ngettext ("%u variant is kept until this dialog closes.",
                                    "%u variants are kept until this dialog closes.", n),
                          n);
}

/* Loads the next interrupted run that has results. FALSE = there is none. */
static gboolean
take_left (PzPanel *panel)
{
  while (panel->left->len > 0)
    {
      panel->run = pz_run_new_recovered (g_ptr_array_steal_index (panel->left, 0));
      if (!panel->run)
        continue;
      pz_result_strip_begin (panel->strip, pz_run_get_n_made (panel->run));
      for (guint i = 0; i < pz_run_get_n_made (panel->run); i++)
        {
          const PzHostResult *result = pz_run_get_result (panel->run, i);

          pz_result_strip_fill (panel->strip, result->image, result->seed);
        }
      return TRUE;
    }
  return FALSE;
}

/* Adds one run after the other, until the image does not accept one. */
static void
restored (PzPanel *panel, guint n_added, const GError *error)
{
  g_autofree char *text = NULL;

  panel->n_restored += n_added;
  if (!error && take_left (panel))
    {
      pz_panel_add_results (panel, FALSE, restored);
      return;
    }
  pz_panel_offer_left (panel);
  text = error                   ? pz_panel_count_kept (panel)
         : panel->n_restored > 0 ? pz_panel_sum_up (panel->n_restored, panel->n_restored)
                                 : g_strdup (panel->ready_text);
  pz_status_line_say (panel->status, text);
}

void
pz_panel_restore (PzPanel *panel)
{
  pz_panel_hide_notice (panel, PZ_CAUSE_RECOVERY);
  panel->n_restored = 0;
  restored (panel, 0, NULL);
}

void
pz_panel_discard_left (PzPanel *panel)
{
  while (panel->left->len > 0)
    pz_recovery_discard (g_ptr_array_steal_index (panel->left, 0));
  pz_panel_hide_notice (panel, PZ_CAUSE_RECOVERY);
}
