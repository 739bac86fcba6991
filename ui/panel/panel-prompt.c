/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt's length, history and menu.
 */
#include <glib/gi18n.h>

#include "ui/panel/panel-private.h"
#include "ui/options/preset-menu.h"
#include "ui/prompt/prompt-comment.h"
#include "ui/prompt/prompt-history.h"

/* Wait for a pause in typing. */
#define MEASURE_MS 150

static gboolean
measure (gpointer data)
{
  PzPanel *panel = data;
  PzSnapshot *snapshot = pz_settings_snapshot (panel->settings);
  g_autofree char *prompt = NULL;

  panel->measure_id = 0;
  /* Byte offsets must match the text in the editor, so comments are blanked instead of removed. */
  g_object_get (panel->settings, "prompt", &prompt, NULL);
  g_free (snapshot->prompt);
  snapshot->params.prompt = snapshot->prompt = pz_prompt_blank_comments (prompt);
  pz_job_queue_measure (panel->queue, snapshot);
  return G_SOURCE_REMOVE;
}

void
pz_panel_measure_prompt (PzPanel *panel)
{
  g_clear_handle_id (&panel->measure_id, g_source_remove);
  if (panel->model)
    panel->measure_id = g_timeout_add (MEASURE_MS, measure, panel);
}

void
pz_panel_prompt_used (PzPanel *panel)
{
  g_autofree char *prompt = NULL;

  g_object_get (panel->settings, "prompt", &prompt, NULL);
  panel->forgot = FALSE;
  pz_prompt_history_add (prompt);
}

void
pz_panel_keep_draft (PzPanel *panel)
{
  g_auto (GStrv) used = pz_prompt_history_list ();
  g_autofree char *prompt = NULL;
  gboolean is_draft;

  g_object_get (panel->settings, "prompt", &prompt, NULL);
  is_draft = !panel->forgot && !pz_prompt_is_blank (prompt)
             && !g_str_equal (prompt, PZ_SETTINGS_PROMPT)
             && !g_strv_contains ((const char *const *) used, prompt);
  pz_prompt_history_set_draft (is_draft ? prompt : NULL);
}

static void
forget_in_image (PzPanel *panel)
{
  g_autoptr (GError) error = NULL;

  if (panel->host->klass->forget_prompts (panel->host->host, &error))
    pz_status_line_say (panel->status, _ ("The prompts are gone from this image."));
  else
    pz_panel_show_error (panel, PZ_CAUSE_RUN, error);
}

static void
forget_recent (PzPanel *panel)
{
  pz_prompt_history_forget ();
  panel->forgot = TRUE;
  pz_status_line_say (panel->status, _ ("The recent prompts are forgotten."));
}

static void (*const deeds[PZ_PROMPT_N_ACTIONS]) (PzPanel *panel) = {
  [PZ_PROMPT_REUSE] = pz_panel_reuse_active,
  [PZ_PROMPT_FORGET_RECENT] = forget_recent,
  [PZ_PROMPT_FORGET_IMAGE] = forget_in_image,
};

static void
on_action (PzPanel *panel, guint action)
{
  deeds[action](panel);
}

/* The draft replaces the default prompt, or a prompt that was used before, but not one that was set in another way. */
static void
take_draft (PzPanel *panel)
{
  g_autofree char *draft = pz_prompt_history_get_draft ();
  g_auto (GStrv) used = pz_prompt_history_list ();
  g_autofree char *prompt = NULL;

  g_object_get (panel->settings, "prompt", &prompt, NULL);
  if (draft
      && (g_str_equal (prompt, PZ_SETTINGS_PROMPT)
          || g_strv_contains ((const char *const *) used, prompt)))
    g_object_set (panel->settings, "prompt", draft, NULL);
}

static void
on_preset_saved (PzPanel *panel, const char *name, gboolean saved)
{
  g_autofree char *text = g_strdup_printf (
    saved ? _ ("Preset “%s” saved.")
          : _ ("Preset “%s” could not be saved: the folder for user data cannot be written."),
    name);

  pz_status_line_say (panel->status, text);
}

void
pz_panel_build_prompt (PzPanel *panel)
{
  PzPromptMenu *menu;
  GtkWidget *presets;

  panel->prompt_editor = PZ_PROMPT_EDITOR (pz_prompt_editor_new ());
  menu = pz_prompt_editor_get_menu (panel->prompt_editor);
  presets = pz_preset_menu_new (panel->settings);
  g_signal_connect_swapped (presets, "saved", G_CALLBACK (on_preset_saved), panel);
  pz_prompt_editor_add_menu (panel->prompt_editor, presets);
  take_draft (panel);
  g_object_bind_property (panel->settings, "prompt",
                          pz_prompt_editor_get_buffer (panel->prompt_editor), "text",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  pz_prompt_menu_set_possible (menu, PZ_PROMPT_REUSE, panel->host->klass->get_recipe != NULL);
  pz_prompt_menu_set_possible (menu, PZ_PROMPT_FORGET_IMAGE,
                               panel->host->klass->forget_prompts != NULL);
  g_signal_connect_swapped (menu, "action", G_CALLBACK (on_action), panel);
}
