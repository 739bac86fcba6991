/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Applies the settings of a recipe to the dialog, including its concepts.
 */
#include <glib/gi18n.h>

#include "ui/panel/panel-private.h"
#include "ui/results/recipe-concepts.h"
#include "ui/results/recipe-reader.h"

/* Reports the names of concepts that are missing, or else of those that have changed. */
static void
say_what_is_missing (PzPanel *panel, const PzRecipeConcepts *found)
{
  const gboolean is_gone = found->gone[0] != NULL;
  char **named = is_gone ? found->gone : found->changed;
  const guint n = g_strv_length (named);
  g_autofree char *names = g_strjoinv (_ ("”, “"), named), *what = NULL;

  pz_panel_hide_notice (panel, PZ_CAUSE_RECALL);
  if (!named[0])
    return;
  what =
    is_gone
      /* Translators: the name of a concept, or of several. */
      ? g_strdup_printf (ngettext ("This result was made with a concept that is gone: “%s”.",
                                   "This result was made with concepts that are gone: “%s”.",
                                   n),
                         names)
      : g_strdup_printf (ngettext ("A concept of this result has changed since then: “%s”.",
                                   "Concepts of this result have changed since then: “%s”.", n),
                         names);
  pz_panel_show_notice (
    panel, PZ_CAUSE_RECALL,
    &(PzNoticeText) {
      .type = GTK_MESSAGE_WARNING,
      .what = what,
      .next = is_gone ? _ ("Add its file on the page Concepts, or remove it beside “Concepts” "
                           "and choose another one.")
                      : _ ("The same settings will make a different picture."),
    });
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PzRecipeConcepts) found = pz_recipe_concepts_find_finish (result);
  PzPanel *panel = data;
  PzRecallFunc then;

  (void) source;
  /* Cancelled: the panel may be gone. */
  if (!found)
    return;
  g_clear_object (&panel->recalling);
  /* A recipe that lists no concepts leaves the setting unchanged. */
  if (found->concepts[0])
    g_object_set (panel->settings, "concepts", found->concepts, "fidelities", found->fidelities,
                  NULL);
  say_what_is_missing (panel, found);
  then = panel->recalled;
  if (then)
    then (panel, found->gone[0] == NULL);
}

void
pz_panel_stop_recall (PzPanel *panel)
{
  if (panel->recalling)
    g_cancellable_cancel (panel->recalling);
  g_clear_object (&panel->recalling);
}

void
pz_panel_recall (PzPanel *panel, PzRecipeReader *reader, PzRecallFunc then)
{
  pz_panel_stop_recall (panel);
  pz_recipe_reader_apply (reader, panel->settings);
  panel->recalled = then;
  panel->recalling = g_cancellable_new ();
  pz_recipe_concepts_find_async (reader, panel->recalling, on_found, panel);
}
