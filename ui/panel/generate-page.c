/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page that generates pictures: concepts, prompt, settings and results, and the hindrances of Generate.
 */
#include <glib/gi18n.h>

#include "ui/options/main-form.h"
#include "ui/panel/panel-private.h"
#include "ui/prompt/prompt-comment.h"
#include "ui/window-fit.h"

#define LEAST_INPUTS 72 /* minimum height: two lines of the prompt */
#define UNUSED_OPACITY 0.5

/* ---- whether Generate can start ---- */

static gboolean
has_no_memory (PzPanel *panel)
{
  return pz_notice_has (panel->notice, PZ_CAUSE_MEMORY);
}

static gboolean
has_no_concept (PzPanel *panel)
{
  return pz_settings_use_layer (panel->settings)
         && pz_concept_box_get_error (panel->concept) != NULL;
}

/* Saved concepts need no encoder. */
static gboolean
has_no_encoder (PzPanel *panel)
{
  return panel->no_encoder && pz_settings_use_layer (panel->settings);
}

static gboolean
has_no_prompt (PzPanel *panel)
{
  g_autofree char *prompt = NULL, *text = NULL;

  g_object_get (panel->settings, "prompt", &prompt, NULL);
  text = pz_prompt_without_comments (prompt);
  return pz_prompt_is_blank (text);
}

/* In order of priority: the first one that applies is shown. */
static const PzHindrance hindrances[] = {
  { pz_panel_is_opening, N_ ("The model is still loading.") },
  { pz_panel_has_no_model, N_ ("No model could be loaded.") },
  { pz_panel_is_running, N_ ("A run is in progress.") },
  { pz_panel_has_pending, N_ ("The variants of the last run are not in any image yet.") },
  { has_no_encoder, N_ ("This model cannot make a concept from a layer.") },
  { has_no_concept, N_ ("There is no concept.") },
  { pz_panel_needs_consent, N_ ("First decide whether the processor should be used.") },
  { has_no_memory, N_ ("There is not enough memory.") },
  { has_no_prompt, N_ ("The prompt is empty.") },
};

static const char *
get_hindrance (PzPanel *panel)
{
  return pz_panel_find_hindrance (panel, hindrances, G_N_ELEMENTS (hindrances));
}

/* ---- the page ---- */

static GtkWidget *
build_inputs (PzPanel *panel)
{
  GtkWidget *inputs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  panel->concept = PZ_CONCEPT_BOX (pz_concept_box_new (panel->settings, panel->host));
  panel->advanced =
    PZ_ADVANCED_PAGE (pz_advanced_page_new (panel->settings, panel->host->beside));
  pz_panel_build_prompt (panel);
  panel->chooser = PZ_CONCEPT_CHOOSER (pz_concept_chooser_new (panel->settings));
  gtk_box_pack_start (GTK_BOX (right), GTK_WIDGET (panel->chooser), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (right), GTK_WIDGET (panel->prompt_editor), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (right),
                      pz_main_form_new (panel->settings, GTK_WIDGET (panel->advanced),
                                        panel->chooser, &panel->seed_row),
                      FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (columns), GTK_WIDGET (panel->concept), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (columns), right, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (inputs), columns, TRUE, TRUE, 0);
  gtk_widget_show_all (inputs);
  return inputs;
}

/* On small screens the inputs scroll, so that the results and the buttons stay visible. */
static GtkWidget *
scrolled_inputs (PzPanel *panel)
{
  GtkWidget *scrolled = pz_window_scroll (panel->inputs);

  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), LEAST_INPUTS);
  return scrolled;
}

static void
on_concept_changed (PzPanel *panel)
{
  const GError *error = pz_concept_box_get_error (panel->concept);
  guint width, height;

  pz_concept_box_get_layer_size (panel->concept, &width, &height);
  pz_advanced_page_set_layer (panel->advanced, width, height);
  if (error && pz_settings_use_layer (panel->settings))
    pz_panel_show_error (panel, PZ_CAUSE_CONCEPT, error);
  else
    pz_panel_hide_notice (panel, PZ_CAUSE_CONCEPT);
}

/* Other concepts have other placeholders, and the layer may no longer be one of them. */
static void
on_concepts (PzPanel *panel)
{
  g_auto (GStrv) concepts = pz_settings_get_concepts (panel->settings);
  const gboolean uses_layer = pz_settings_use_layer (panel->settings);

  pz_prompt_editor_set_n_concepts (panel->prompt_editor, g_strv_length (concepts));
  gtk_widget_set_sensitive (GTK_WIDGET (panel->concept), uses_layer);
  /* Dims the preview too, which looks the same when it is insensitive. */
  gtk_widget_set_opacity (GTK_WIDGET (panel->concept), uses_layer ? 1 : UNUSED_OPACITY);
  on_concept_changed (panel);
  pz_panel_check_encoder (panel);
  pz_panel_tell (panel);
}

/* The settings, besides the prompt, that change its length or the memory that a run needs. */
static const char *const measured[] = { "notify::concepts", "notify::words", "notify::width",
                                        "notify::height", "notify::guidance" };

static GtkWidget *
build (PzPanel *panel)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  panel->inputs = build_inputs (panel);
  pz_panel_build_results (panel);
  gtk_box_pack_start (GTK_BOX (page), scrolled_inputs (panel), FALSE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (page), GTK_WIDGET (panel->strip), TRUE, TRUE, 0);
  gtk_widget_show (GTK_WIDGET (panel->strip));
  g_signal_connect_swapped (panel->concept, "changed", G_CALLBACK (on_concept_changed), panel);
  g_signal_connect_swapped (panel->settings, "notify::prompt", G_CALLBACK (pz_panel_tell),
                            panel);
  g_signal_connect_swapped (panel->settings, "notify::prompt",
                            G_CALLBACK (pz_panel_measure_prompt), panel);
  for (guint i = 0; i < G_N_ELEMENTS (measured); i++)
    g_signal_connect_swapped (panel->settings, measured[i],
                              G_CALLBACK (pz_panel_measure_prompt), panel);
  g_signal_connect_swapped (panel->settings, "notify::concepts", G_CALLBACK (on_concepts),
                            panel);
  on_concepts (panel);
  return page;
}

static void
focus (PzPanel *panel)
{
  pz_prompt_editor_focus (panel->prompt_editor);
}

static void
set_running (PzPanel *panel, gboolean running)
{
  gtk_widget_set_sensitive (panel->inputs, !running);
}

const PzPage pz_generate_page = {
  .title = N_ ("Generate"),
  .action = N_ ("_Generate"),
  .tooltip = N_ ("Generate the variants (Ctrl+Enter)"),
  .stop_tooltip = N_ ("Stop after the current step (Escape)"),
  .build = build,
  .focus = focus,
  .set_running = set_running,
  .get_hindrance = get_hindrance,
  .act = pz_panel_generate,
  .stop = pz_panel_stop_generating,
};
