/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The widget: its parts, its properties, its keys.
 */
#include "ui/panel/panel-private.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ui/options/main-form.h"
#include "ui/prompt/prompt-comment.h"
#include "ui/window-fit.h"

#define LEAST_INPUTS 88 /* of their height: two lines of the prompt */

G_DEFINE_FINAL_TYPE (PzPanel, pz_panel, GTK_TYPE_BOX)

enum
{
  PROP_CAN_GENERATE = 1,
  PROP_RUNNING,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* ---- state ---- */

static gboolean
is_opening (PzPanel *panel)
{
  return panel->state == PZ_PANEL_OPENING;
}

static gboolean
has_no_model (PzPanel *panel)
{
  return panel->state == PZ_PANEL_NO_MODEL;
}

static gboolean
has_no_memory (PzPanel *panel)
{
  return pz_notice_has (panel->notice, PZ_CAUSE_MEMORY);
}

static gboolean
has_no_concept (PzPanel *panel)
{
  return pz_concept_box_get_error (panel->concept) != NULL;
}

static gboolean
has_no_prompt (PzPanel *panel)
{
  g_autofree char *prompt = NULL, *text = NULL;

  g_object_get (panel->settings, "prompt", &prompt, NULL);
  text = pz_prompt_without_comments (prompt);
  return pz_prompt_is_blank (text);
}

/* What keeps Generate from starting, in the order in which it is said. */
static const struct
{
  gboolean (*applies) (PzPanel *panel);
  const char *sentence;
} hindrances[] = {
  { is_opening, N_ ("The model is still loading.") },
  { has_no_model, N_ ("No model could be loaded.") },
  { pz_panel_is_running, N_ ("A run is in progress.") },
  { pz_panel_has_pending, N_ ("The variants of the last run are in no image yet.") },
  { has_no_concept, N_ ("There is no concept.") },
  { pz_panel_needs_consent, N_ ("First decide whether the processor should be used.") },
  { has_no_memory, N_ ("There is not enough memory.") },
  { has_no_prompt, N_ ("The prompt is empty.") },
};

const char *
pz_panel_get_hindrance (PzPanel *panel)
{
  for (guint i = 0; i < G_N_ELEMENTS (hindrances); i++)
    if (hindrances[i].applies (panel))
      return _ (hindrances[i].sentence);
  return NULL;
}

gboolean
pz_panel_can_generate (PzPanel *panel)
{
  return pz_panel_get_hindrance (panel) == NULL;
}

gboolean
pz_panel_is_running (PzPanel *panel)
{
  return panel->state == PZ_PANEL_RUNNING || pz_panel_is_stopping (panel);
}

gboolean
pz_panel_is_stopping (PzPanel *panel)
{
  return panel->state == PZ_PANEL_STOPPING || panel->adding;
}

guint
pz_panel_get_n_added (PzPanel *panel)
{
  return panel->n_added;
}

const char *
pz_panel_get_notice (PzPanel *panel)
{
  return pz_notice_get_what (panel->notice);
}

const char *
pz_panel_get_status (PzPanel *panel)
{
  return pz_status_line_get_text (panel->status);
}

void
pz_panel_tell (PzPanel *panel)
{
  g_object_notify_by_pspec (G_OBJECT (panel), properties[PROP_CAN_GENERATE]);
}

void
pz_panel_set_state (PzPanel *panel, PzPanelState state)
{
  panel->state = state;
  gtk_widget_set_sensitive (panel->inputs, !pz_panel_is_running (panel));
  gtk_widget_set_sensitive (GTK_WIDGET (panel->notice), !pz_panel_is_running (panel));
  g_object_freeze_notify (G_OBJECT (panel));
  for (guint i = 1; i < N_PROPERTIES; i++)
    g_object_notify_by_pspec (G_OBJECT (panel), properties[i]);
  g_object_thaw_notify (G_OBJECT (panel));
}

void
pz_panel_focus (PzPanel *panel)
{
  pz_prompt_editor_focus (panel->prompt_editor);
}

/* ---- opening ---- */

void
pz_panel_reopen (PzPanel *panel)
{
  g_autoptr (GFile) model = NULL;
  g_autofree char *device = NULL, *path = NULL;

  g_clear_handle_id (&panel->reopen_id, g_source_remove);
  panel->reopen_due = FALSE;
  g_object_get (panel->settings, "model-folder", &model, "device", &device, NULL);
  path = model ? g_file_get_path (model) : NULL;
  pz_panel_hide_notice (panel, PZ_CAUSE_MODEL);
  pz_panel_hide_notice (panel, PZ_CAUSE_DEVICE);
  pz_panel_hide_notice (panel, PZ_CAUSE_MEMORY);
  pz_status_line_say (panel->status, _ ("Looking for models and devices…"));
  pz_panel_set_state (panel, PZ_PANEL_OPENING);
  pz_job_queue_open (panel->queue, path, *device ? device : NULL);
}

static gboolean
on_reopen (gpointer data)
{
  PzPanel *panel = data;

  panel->reopen_id = 0;
  panel->reopen_due =
    pz_panel_is_running (panel); /* Reset, or Load Saved Settings: see on_finished () */
  if (!panel->reopen_due)
    pz_panel_reopen (panel);
  return G_SOURCE_REMOVE;
}

/* Several settings may change together (Reset): open once. */
static void
on_session_setting (PzPanel *panel)
{
  if (panel->reopen_id == 0)
    panel->reopen_id = g_idle_add (on_reopen, panel);
}

/* ---- the window ---- */

static gboolean
is_in_popover (GtkWidget *window)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  return focus && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER);
}

static gboolean
on_key (GtkWidget *window, GdkEventKey *event, PzPanel *panel)
{
  gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;

  if (enter && (event->state & gtk_accelerator_get_default_mod_mask ()) == GDK_CONTROL_MASK)
    {
      pz_panel_generate (panel);
      return GDK_EVENT_STOP;
    }
  if (event->keyval == GDK_KEY_Escape && pz_panel_is_running (panel))
    {
      pz_panel_stop (panel);
      return GDK_EVENT_STOP;
    }
  /* It would close the window, over what is in no image yet. */
  if (event->keyval == GDK_KEY_Escape && pz_panel_has_pending (panel)
      && !is_in_popover (window))
    return GDK_EVENT_STOP;
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_focus_in (PzPanel *panel)
{
  if (!pz_panel_is_running (panel))
    pz_concept_box_refresh (panel->concept);
  return GDK_EVENT_PROPAGATE;
}

static void
pz_panel_hierarchy_changed (GtkWidget *widget, GtkWidget *previous)
{
  PzPanel *panel = PZ_PANEL (widget);
  GtkWidget *window = gtk_widget_get_toplevel (widget);

  (void) previous;
  if (panel->window)
    g_signal_handlers_disconnect_by_data (panel->window, panel);
  panel->window = gtk_widget_is_toplevel (window) ? window : NULL;
  if (panel->window)
    {
      g_signal_connect_object (window, "key-press-event", G_CALLBACK (on_key), panel, 0);
      g_signal_connect_object (window, "focus-in-event", G_CALLBACK (on_focus_in), panel,
                               G_CONNECT_SWAPPED);
    }
}

/* ---- the object ---- */

static void
pz_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  PzPanel *panel = PZ_PANEL (object);

  (void) spec;
  if (id == PROP_CAN_GENERATE)
    g_value_set_boolean (value, pz_panel_can_generate (panel));
  else
    g_value_set_boolean (value, pz_panel_is_running (panel));
}

static void
pz_panel_dispose (GObject *object)
{
  PzPanel *panel = PZ_PANEL (object);

  if (panel->queue)
    pz_panel_keep_draft (panel);
  pz_panel_drop_next (panel);
  g_clear_handle_id (&panel->reopen_id, g_source_remove);
  g_clear_handle_id (&panel->measure_id, g_source_remove);
  g_clear_handle_id (&panel->follow_id, g_source_remove);
  g_clear_handle_id (&panel->look_id, g_source_remove);
  g_clear_handle_id (&panel->grow_id, g_source_remove);
  g_clear_pointer (&panel->queue, pz_job_queue_free);
  if (panel->settings)
    g_signal_handlers_disconnect_by_data (panel->settings, panel);
  g_clear_object (&panel->settings);
  g_clear_object (&panel->model_menu);
  g_clear_pointer (&panel->notes, g_free);
  g_clear_pointer (&panel->note_details, g_free);
  g_clear_pointer (&panel->model, pz_model_info_free);
  g_clear_pointer (&panel->run, pz_run_free);
  g_clear_error (&panel->run_error);
  g_clear_pointer (&panel->recipes, g_ptr_array_unref);
  g_clear_pointer (&panel->left, g_ptr_array_unref);
  g_clear_pointer (&panel->seen, g_array_unref);
  g_clear_pointer (&panel->processor, g_free);
  g_clear_pointer (&panel->device, g_free);
  g_clear_pointer (&panel->lost_device, g_free);
  g_clear_pointer (&panel->ready_text, g_free);
  G_OBJECT_CLASS (pz_panel_parent_class)->dispose (object);
}

static void
pz_panel_class_init (PzPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pz_panel_get_property;
  object_class->dispose = pz_panel_dispose;
  GTK_WIDGET_CLASS (klass)->hierarchy_changed = pz_panel_hierarchy_changed;
  properties[PROP_CAN_GENERATE] =
    g_param_spec_boolean ("can-generate", NULL, NULL, FALSE, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
pz_panel_init (PzPanel *panel)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (panel), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (panel), 12);
  panel->recipes = g_ptr_array_new_with_free_func (g_free);
  panel->seen = g_array_new (FALSE, FALSE, sizeof (PzHostState));
}

static GtkWidget *
build_inputs (PzPanel *panel)
{
  GtkWidget *inputs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  panel->concept = PZ_CONCEPT_BOX (pz_concept_box_new (panel->settings, panel->host));
  panel->advanced = PZ_ADVANCED_PAGE (pz_advanced_page_new (panel->settings));
  pz_panel_build_prompt (panel);
  gtk_box_pack_start (GTK_BOX (right), GTK_WIDGET (panel->prompt_editor), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (right),
                      pz_main_form_new (panel->settings, GTK_WIDGET (panel->advanced),
                                        &panel->seed_row),
                      FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (columns), GTK_WIDGET (panel->concept), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (columns), right, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (inputs), columns, TRUE, TRUE, 0);
  gtk_widget_show_all (inputs);
  return inputs;
}

/* Small screens show a part of them, and all of the results and the buttons. */
static GtkWidget *
scrolled_inputs (PzPanel *panel)
{
  GtkWidget *scrolled = pz_window_scroll (panel->inputs);

  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), LEAST_INPUTS);
  return scrolled;
}

/* A bar has come: the window may be too low for all. */
static gboolean
on_grow (gpointer data)
{
  PzPanel *panel = data;
  gint more;

  panel->grow_id = 0;
  gtk_widget_get_preferred_height (GTK_WIDGET (panel->notice), NULL, &more);
  if (panel->window && gtk_widget_get_mapped (panel->window))
    pz_window_grow (GTK_WINDOW (panel->window), more + gtk_box_get_spacing (GTK_BOX (panel)));
  return G_SOURCE_REMOVE;
}

static void
grow_later (PzPanel *panel)
{
  if (panel->grow_id == 0)
    panel->grow_id = g_idle_add (on_grow, panel);
}

static void
on_concept_changed (PzPanel *panel)
{
  const GError *error = pz_concept_box_get_error (panel->concept);
  guint width, height;

  pz_concept_box_get_layer_size (panel->concept, &width, &height);
  pz_advanced_page_set_layer (panel->advanced, width, height);
  if (error)
    pz_panel_show_error (panel, PZ_CAUSE_CONCEPT, error);
  else
    pz_panel_hide_notice (panel, PZ_CAUSE_CONCEPT);
}

static void
build (PzPanel *panel)
{
  panel->notice = PZ_NOTICE (pz_notice_new ());
  panel->inputs = build_inputs (panel);
  pz_panel_build_results (panel);
  panel->status = PZ_STATUS_LINE (pz_status_line_new ());
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->notice), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (panel), scrolled_inputs (panel), FALSE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->strip), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->status), FALSE, FALSE, 0);
  gtk_widget_show (GTK_WIDGET (panel->strip));
  g_signal_connect_swapped (panel->notice, "show", G_CALLBACK (grow_later), panel);
  g_signal_connect_swapped (panel->notice, "action", G_CALLBACK (pz_panel_on_action), panel);
  g_signal_connect_swapped (panel->notice, "dismissed", G_CALLBACK (pz_panel_tell), panel);
  g_signal_connect_swapped (panel->concept, "changed", G_CALLBACK (on_concept_changed), panel);
}

/* Besides the prompt, what changes its length or the memory that a run needs. */
static const char *const measured[] = { "notify::words", "notify::width", "notify::height",
                                        "notify::guidance" };

GtkWidget *
pz_panel_new (PzSettings *settings, const PzHost *host)
{
  PzPanel *panel = g_object_new (PZ_TYPE_PANEL, NULL);

  panel->settings = g_object_ref (settings);
  panel->host = host;
  build (panel);
  g_signal_connect_swapped (settings, "notify::prompt", G_CALLBACK (pz_panel_tell), panel);
  g_signal_connect_swapped (settings, "notify::prompt", G_CALLBACK (pz_panel_measure_prompt),
                            panel);
  for (guint i = 0; i < G_N_ELEMENTS (measured); i++)
    g_signal_connect_swapped (settings, measured[i], G_CALLBACK (pz_panel_measure_prompt),
                              panel);
  g_signal_connect_swapped (settings, "notify::model-folder", G_CALLBACK (on_session_setting),
                            panel);
  g_signal_connect_swapped (settings, "notify::device", G_CALLBACK (on_session_setting), panel);
  panel->queue = pz_job_queue_new (host->beside, &pz_panel_job_events, panel);
  pz_concept_box_read (panel->concept, NULL, NULL);
  pz_panel_offer_left (panel);
  pz_panel_reopen (panel);
  return GTK_WIDGET (panel);
}
