/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/panel.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ui/advanced-page.h"
#include "ui/concept-box.h"
#include "ui/job.h"
#include "ui/main-form.h"
#include "ui/notice.h"
#include "ui/prompt-editor.h"
#include "ui/result-strip.h"
#include "ui/seed-row.h"
#include "ui/status-line.h"

typedef enum
{
  STATE_OPENING,
  STATE_NO_MODEL,
  STATE_READY,
  STATE_RUNNING,
  STATE_STOPPING,
} State;

/* Which error the notice shows, and with it what its button does. */
typedef enum
{
  NOTICE_NONE,
  NOTICE_CONCEPT, /* goes when there is a concept again */
  NOTICE_MODEL, /* goes when a model opens */
  NOTICE_RUN, /* goes when the next run starts */
} Notice;

struct _PzPanel
{
  GtkBox parent;

  PzSettings *settings;
  const PzHost *host;
  PzJobQueue *queue;
  State state;
  Notice notice_shows;
  GArray *results; /* PzHostResult of the run under way */
  char *prompt; /* of the run under way */
  guint n_wanted;
  guint n_added;
  guint reopen_id;

  PzNotice *notice;
  GtkWidget *inputs; /* everything that a run must not see change */
  PzConceptBox *concept;
  PzPromptEditor *prompt_editor;
  PzSeedRow *seed_row;
  PzAdvancedPage *advanced;
  PzResultStrip *strip;
  PzStatusLine *status;
  GtkWidget *window; /* whose keys we listen to; (unowned) */
};

G_DEFINE_FINAL_TYPE (PzPanel, pz_panel, GTK_TYPE_BOX)

enum
{
  PROP_CAN_GENERATE = 1,
  PROP_RUNNING,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* ---- state ---- */

const char *
pz_panel_get_hindrance (PzPanel *panel)
{
  g_autofree char *prompt = NULL;

  if (panel->state == STATE_OPENING)
    return _ ("The model is still being opened.");
  if (panel->state == STATE_NO_MODEL)
    return _ ("There is no model to work with.");
  if (panel->state != STATE_READY)
    return _ ("A run is under way.");
  if (pz_concept_box_get_error (panel->concept))
    return _ ("There is no concept to work with.");
  g_object_get (panel->settings, "prompt", &prompt, NULL);
  if (pz_prompt_is_blank (prompt))
    return _ ("The prompt is empty.");
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
  return panel->state == STATE_RUNNING || panel->state == STATE_STOPPING;
}

gboolean
pz_panel_is_stopping (PzPanel *panel)
{
  return panel->state == STATE_STOPPING;
}

guint
pz_panel_get_n_added (PzPanel *panel)
{
  return panel->n_added;
}

static void
tell (PzPanel *panel)
{
  g_object_notify_by_pspec (G_OBJECT (panel), properties[PROP_CAN_GENERATE]);
}

static void
set_state (PzPanel *panel, State state)
{
  panel->state = state;
  gtk_widget_set_sensitive (panel->inputs, !pz_panel_is_running (panel));
  g_object_freeze_notify (G_OBJECT (panel));
  for (guint i = 1; i < N_PROPERTIES; i++)
    g_object_notify_by_pspec (G_OBJECT (panel), properties[i]);
  g_object_thaw_notify (G_OBJECT (panel));
}

static void
show_error (PzPanel *panel, Notice shows, const GError *error, const char *action)
{
  panel->notice_shows = shows;
  pz_notice_show_error (panel->notice, error, action);
}

static void
hide_error (PzPanel *panel, Notice shows)
{
  if (panel->notice_shows == shows)
    pz_notice_hide (panel->notice);
}

static void
on_concept_changed (PzPanel *panel)
{
  const GError *error = pz_concept_box_get_error (panel->concept);
  g_autofree char *source = NULL;

  g_object_get (panel->settings, "mask-source", &source, NULL);
  if (error)
    show_error (panel, NOTICE_CONCEPT, error,
                g_str_equal (source, "layer") ? NULL : _ ("Use Whole Layer"));
  else
    hide_error (panel, NOTICE_CONCEPT);
  tell (panel);
}

static void
on_notice_action (PzPanel *panel)
{
  if (panel->notice_shows == NOTICE_CONCEPT)
    g_object_set (panel->settings, "mask-source", "layer", NULL);
}

/* ---- the worker's events ---- */

static void
on_opened (const PzModelInfo *model, const char *device, const GError *error, gpointer data)
{
  PzPanel *panel = data;
  g_autofree char *text = NULL;

  if (error)
    {
      show_error (panel, NOTICE_MODEL, error, NULL);
      pz_status_line_say (panel->status, _ ("Not ready"));
      set_state (panel, STATE_NO_MODEL);
      return;
    }
  hide_error (panel, NOTICE_MODEL);
  pz_advanced_page_set_model (panel->advanced, model);
  /* Translators: the model's name, then the graphics device's. */
  text = g_strdup_printf (_ ("Ready: %s on %s"), model->name, device);
  pz_status_line_say (panel->status, text);
  set_state (panel, STATE_READY);
}

static void
on_devices (const char *const *names, gpointer data)
{
  PzPanel *panel = data;

  pz_advanced_page_set_devices (panel->advanced, names);
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  PzPanel *panel = data;

  if (panel->state == STATE_RUNNING)
    pz_status_line_show (panel->status, progress);
}

static void
on_variant (const PzHostResult *result, gpointer data)
{
  PzPanel *panel = data;

  pz_host_results_keep (panel->results, result);
  pz_result_strip_fill (panel->strip, result->image, result->seed);
}

static char *
summary (guint made, guint wanted)
{
  if (made == wanted)
    return g_strdup_printf (ngettext ("%u variant added. Ctrl+Z in the image takes it back.",
                                      "%u variants added. Ctrl+Z in the image takes them back.",
                                      made),
                            made);
  return g_strdup_printf (_ ("Stopped: %u of %u variants added."), made, wanted);
}

static void
on_finished (const GError *error, gpointer data)
{
  PzPanel *panel = data;
  g_autoptr (GError) host_error = NULL;
  g_autofree char *text = NULL;
  guint made = panel->results->len;
  gboolean stopped = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gboolean added =
    made > 0
    && panel->host->klass->add_results (panel->host->host, panel->prompt,
                                        &g_array_index (panel->results, PzHostResult, 0), made,
                                        &host_error);

  pz_result_strip_end (panel->strip, added);
  if (added)
    panel->n_added += made;
  if (error && !stopped)
    show_error (panel, NOTICE_RUN, error, NULL);
  else if (host_error)
    show_error (panel, NOTICE_RUN, host_error, NULL);

  pz_status_line_set_fraction (panel->status, added && !error ? 1 : 0);
  text = summary (added ? made : 0, panel->n_wanted);
  pz_status_line_say (panel->status, text);
  g_array_set_size (panel->results, 0);
  set_state (panel, STATE_READY);
  pz_concept_box_refresh (panel->concept); /* the image may have been closed meanwhile */
  pz_panel_focus (panel);
}

static const PzJobEvents job_events = {
  .opened = on_opened,
  .devices = on_devices,
  .progress = on_progress,
  .variant = on_variant,
  .finished = on_finished,
};

/* ---- what the user asks for ---- */

void
pz_panel_generate (PzPanel *panel)
{
  PzHostConcept *concept;
  PzSnapshot *snapshot;

  if (!pz_panel_can_generate (panel))
    return;
  /* The selection may have changed since the preview was made. */
  concept = pz_concept_box_read (panel->concept, NULL);
  if (!concept)
    return;
  hide_error (panel, NOTICE_RUN);
  snapshot = pz_settings_snapshot (panel->settings);
  g_set_str (&panel->prompt, snapshot->prompt);
  panel->n_wanted = snapshot->params.variants;
  pz_seed_row_show_used (panel->seed_row, (gint) snapshot->params.seed);
  pz_result_strip_begin (panel->strip, snapshot->params.variants);
  pz_status_line_set_fraction (panel->status, 0);
  pz_status_line_say (panel->status, _ ("Starting…"));
  set_state (panel, STATE_RUNNING);
  pz_job_queue_generate (panel->queue, concept, snapshot);
}

void
pz_panel_stop (PzPanel *panel)
{
  if (panel->state != STATE_RUNNING)
    return;
  pz_job_queue_stop (panel->queue);
  pz_status_line_say (panel->status, _ ("Stopping after this step…"));
  set_state (panel, STATE_STOPPING);
}

void
pz_panel_focus (PzPanel *panel)
{
  pz_prompt_editor_focus (panel->prompt_editor);
}

static gboolean
reopen (gpointer data)
{
  PzPanel *panel = data;
  g_autoptr (GFile) folder = NULL;
  g_autofree char *device = NULL, *path = NULL;

  panel->reopen_id = 0;
  g_object_get (panel->settings, "model-folder", &folder, "device", &device, NULL);
  path = folder ? g_file_get_path (folder) : NULL;
  pz_status_line_say (panel->status, _ ("Looking for models and devices…"));
  set_state (panel, STATE_OPENING);
  pz_job_queue_open (panel->queue, path, *device ? device : NULL);
  return G_SOURCE_REMOVE;
}

/* Several settings may change together (Reset): open once. */
static void
on_session_setting (PzPanel *panel)
{
  if (panel->reopen_id == 0)
    panel->reopen_id = g_idle_add (reopen, panel);
}

static void
on_shown (PzPanel *panel, guint result, gboolean shown)
{
  if (panel->host->klass->show_result)
    panel->host->klass->show_result (panel->host->host, result, shown);
}

static gboolean
on_key (GtkWidget *window, GdkEventKey *event, PzPanel *panel)
{
  gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;

  (void) window;
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

  g_clear_handle_id (&panel->reopen_id, g_source_remove);
  g_clear_pointer (&panel->queue, pz_job_queue_free);
  if (panel->settings)
    g_signal_handlers_disconnect_by_data (panel->settings, panel);
  g_clear_object (&panel->settings);
  g_clear_pointer (&panel->results, g_array_unref);
  g_clear_pointer (&panel->prompt, g_free);
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
  panel->results = pz_host_results_new ();
}

static GtkWidget *
build_inputs (PzPanel *panel)
{
  GtkWidget *inputs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  panel->concept = PZ_CONCEPT_BOX (pz_concept_box_new (panel->settings, panel->host));
  panel->prompt_editor = PZ_PROMPT_EDITOR (pz_prompt_editor_new ());
  panel->advanced = PZ_ADVANCED_PAGE (pz_advanced_page_new (panel->settings));
  g_object_bind_property (panel->settings, "prompt",
                          pz_prompt_editor_get_buffer (panel->prompt_editor), "text",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
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

static void
build (PzPanel *panel)
{
  panel->notice = PZ_NOTICE (pz_notice_new ());
  panel->inputs = build_inputs (panel);
  panel->strip = PZ_RESULT_STRIP (pz_result_strip_new ());
  panel->status = PZ_STATUS_LINE (pz_status_line_new ());
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->notice), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (panel), panel->inputs, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->strip), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->status), FALSE, FALSE, 0);
  gtk_widget_show (GTK_WIDGET (panel->strip));
  g_signal_connect_swapped (panel->notice, "action", G_CALLBACK (on_notice_action), panel);
  g_signal_connect_swapped (panel->concept, "changed", G_CALLBACK (on_concept_changed), panel);
  g_signal_connect_swapped (panel->strip, "shown", G_CALLBACK (on_shown), panel);
}

GtkWidget *
pz_panel_new (PzSettings *settings, const PzHost *host)
{
  PzPanel *panel = g_object_new (PZ_TYPE_PANEL, NULL);
  g_autoptr (PzHostConcept) concept = NULL;

  panel->settings = g_object_ref (settings);
  panel->host = host;
  build (panel);
  g_signal_connect_swapped (settings, "notify::prompt", G_CALLBACK (tell), panel);
  g_signal_connect_swapped (settings, "notify::model-folder", G_CALLBACK (on_session_setting),
                            panel);
  g_signal_connect_swapped (settings, "notify::device", G_CALLBACK (on_session_setting), panel);
  panel->queue = pz_job_queue_new (host->beside, &job_events, panel);
  concept = pz_concept_box_read (panel->concept, NULL);
  reopen (panel);
  return GTK_WIDGET (panel);
}
