/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The widget: its children, properties and keys.
 */
#include "ui/panel/panel-private.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ui/window-fit.h"

G_DEFINE_FINAL_TYPE (PzPanel, pz_panel, GTK_TYPE_BOX)

enum
{
  PROP_CAN_ACT = 1,
  PROP_RUNNING,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* ---- the pages ---- */

static const PzPage *const pages[] = { &pz_generate_page, &pz_learn_page, &pz_concepts_page };

/* The visible page. */
static const PzPage *
page_of (PzPanel *panel)
{
  return pages[MAX (gtk_notebook_get_current_page (panel->pages), 0)];
}

const char *
pz_panel_get_hindrance (PzPanel *panel)
{
  return page_of (panel)->get_hindrance (panel);
}

gboolean
pz_panel_can_act (PzPanel *panel)
{
  return pz_panel_get_hindrance (panel) == NULL;
}

const char *
pz_panel_get_action (PzPanel *panel)
{
  return pz_panel_is_running (panel) ? _ ("Stop") : _ (page_of (panel)->action);
}

const char *
pz_panel_get_tooltip (PzPanel *panel)
{
  if (pz_panel_is_running (panel))
    return _ (panel->running->stop_tooltip);
  return pz_panel_can_act (panel) ? _ (page_of (panel)->tooltip)
                                  : pz_panel_get_hindrance (panel);
}

void
pz_panel_act (PzPanel *panel)
{
  if (pz_panel_can_act (panel))
    page_of (panel)->act (panel);
}

void
pz_panel_stop (PzPanel *panel)
{
  if (panel->state == PZ_PANEL_RUNNING)
    panel->running->stop (panel);
}

void
pz_panel_focus (PzPanel *panel)
{
  page_of (panel)->focus (panel);
}

/* ---- state ---- */

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

gboolean
pz_panel_is_opening (PzPanel *panel)
{
  return panel->state == PZ_PANEL_OPENING;
}

gboolean
pz_panel_has_no_model (PzPanel *panel)
{
  return panel->state == PZ_PANEL_NO_MODEL;
}

const char *
pz_panel_find_hindrance (PzPanel *panel, const PzHindrance hindrances[], guint n)
{
  for (guint i = 0; i < n; i++)
    if (hindrances[i].applies (panel))
      return _ (hindrances[i].sentence);
  return NULL;
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
  g_object_notify_by_pspec (G_OBJECT (panel), properties[PROP_CAN_ACT]);
}

void
pz_panel_set_state (PzPanel *panel, PzPanelState state)
{
  panel->state = state;
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (pages[i]->set_running)
      pages[i]->set_running (panel, pz_panel_is_running (panel));
  gtk_widget_set_sensitive (GTK_WIDGET (panel->notice), !pz_panel_is_running (panel));
  g_object_freeze_notify (G_OBJECT (panel));
  for (guint i = 1; i < N_PROPERTIES; i++)
    g_object_notify_by_pspec (G_OBJECT (panel), properties[i]);
  g_object_thaw_notify (G_OBJECT (panel));
}

void
pz_panel_begin (PzPanel *panel, const PzPage *page)
{
  panel->running = page;
  pz_panel_set_state (panel, PZ_PANEL_RUNNING);
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
    pz_panel_is_running (panel); /* by Reset or Load Saved Settings; reopens after the run */
  if (!panel->reopen_due)
    pz_panel_reopen (panel);
  return G_SOURCE_REMOVE;
}

/* Several settings may change together, as by Reset: open only once. */
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

/* Called before the focused widget sees the key, because text widgets use these keys too. */
static gboolean
turn_page (PzPanel *panel, guint keyval)
{
  const gint turned = gtk_notebook_get_current_page (panel->pages)
                      + (keyval == GDK_KEY_Page_Down ? 1
                         : keyval == GDK_KEY_Page_Up ? -1
                                                     : (gint) G_N_ELEMENTS (pages));

  if (turned < 0 || turned >= (gint) G_N_ELEMENTS (pages))
    return FALSE;
  gtk_notebook_set_current_page (panel->pages, turned);
  pz_panel_focus (panel);
  return TRUE;
}

/* A spin button takes what is typed over only when it loses the focus, as it does if a button is pressed. */
static void
take_typed_number (GtkWindow *window)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  if (GTK_IS_SPIN_BUTTON (focus))
    gtk_spin_button_update (GTK_SPIN_BUTTON (focus));
}

static gboolean
on_key (GtkWidget *window, GdkEventKey *event, PzPanel *panel)
{
  gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;
  gboolean control =
    (event->state & gtk_accelerator_get_default_mod_mask ()) == GDK_CONTROL_MASK;

  if (control && turn_page (panel, event->keyval))
    return GDK_EVENT_STOP;
  if (enter && control)
    {
      take_typed_number (GTK_WINDOW (window));
      pz_panel_act (panel);
      return GDK_EVENT_STOP;
    }
  if (event->keyval == GDK_KEY_Escape && pz_panel_is_running (panel))
    {
      pz_panel_stop (panel);
      return GDK_EVENT_STOP;
    }
  /* Escape would close the window and lose results that are in no image yet. */
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
  if (id == PROP_CAN_ACT)
    g_value_set_boolean (value, pz_panel_can_act (panel));
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
  pz_panel_stop_recall (panel);
  g_clear_handle_id (&panel->reopen_id, g_source_remove);
  g_clear_handle_id (&panel->measure_id, g_source_remove);
  g_clear_handle_id (&panel->follow_id, g_source_remove);
  g_clear_handle_id (&panel->look_id, g_source_remove);
  g_clear_handle_id (&panel->grow_id, g_source_remove);
  g_clear_pointer (&panel->queue, pz_job_queue_free);
  pz_panel_free_learning (panel);
  pz_panel_free_library (panel);
  if (panel->settings)
    g_signal_handlers_disconnect_by_data (panel->settings, panel);
  g_clear_object (&panel->settings);
  g_clear_object (&panel->model_menu);
  g_clear_pointer (&panel->notes, g_free);
  g_clear_pointer (&panel->note_details, g_free);
  g_clear_pointer (&panel->model, pz_model_info_free);
  g_clear_pointer (&panel->run, pz_run_free);
  g_clear_error (&panel->run_error);
  g_clear_error (&panel->no_encoder);
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
  properties[PROP_CAN_ACT] = g_param_spec_boolean ("can-act", NULL, NULL, FALSE, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
pz_panel_init (PzPanel *panel)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (panel), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (panel), 12);
  panel->running = &pz_generate_page; /* default: interrupted runs are restored without a run */
  panel->recipes = g_ptr_array_new_with_free_func (g_free);
  panel->seen = g_array_new (FALSE, FALSE, sizeof (PzHostState));
}

/* The notice bar has appeared: the window may be too low for its content now. */
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
add_page (PzPanel *panel, const PzPage *page)
{
  GtkWidget *label = gtk_label_new (_ (page->title));
  GtkWidget *widget = page->build (panel);

  gtk_widget_set_margin_top (widget, 6);
  gtk_widget_show (widget);
  gtk_widget_show (label);
  gtk_notebook_append_page (panel->pages, widget, label);
}

/* Themes make tabs as high as a button, which costs a row of results on a low screen. Pages have no background of their own,
 * because they are part of the dialog. */
static void
style_pages (GtkNotebook *notebook)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (style,
                                   "tab { min-height: 0; padding: 2px 12px; }"
                                   "stack { background: none; }",
                                   -1, NULL);
  gtk_style_context_add_provider (gtk_widget_get_style_context (GTK_WIDGET (notebook)),
                                  GTK_STYLE_PROVIDER (style),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
build (PzPanel *panel)
{
  panel->notice = PZ_NOTICE (pz_notice_new ());
  panel->pages = GTK_NOTEBOOK (gtk_notebook_new ());
  gtk_notebook_set_show_border (panel->pages, FALSE);
  style_pages (panel->pages);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (panel->pages)), _ ("Pages"));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    add_page (panel, pages[i]);
  panel->status = PZ_STATUS_LINE (pz_status_line_new ());
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->notice), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->pages), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (panel), GTK_WIDGET (panel->status), FALSE, FALSE, 0);
  gtk_widget_show (GTK_WIDGET (panel->pages));
  g_signal_connect_swapped (panel->notice, "show", G_CALLBACK (grow_later), panel);
  g_signal_connect_swapped (panel->notice, "action", G_CALLBACK (pz_panel_on_action), panel);
  g_signal_connect_swapped (panel->notice, "dismissed", G_CALLBACK (pz_panel_tell), panel);
  g_signal_connect_swapped (panel->pages, "notify::page", G_CALLBACK (pz_panel_tell), panel);
}

GtkWidget *
pz_panel_new (PzSettings *settings, const PzHost *host)
{
  PzPanel *panel = g_object_new (PZ_TYPE_PANEL, NULL);

  panel->settings = g_object_ref (settings);
  panel->host = host;
  build (panel);
  g_signal_connect_swapped (settings, "notify::model-folder", G_CALLBACK (on_session_setting),
                            panel);
  g_signal_connect_swapped (settings, "notify::device", G_CALLBACK (on_session_setting), panel);
  panel->queue = pz_job_queue_new (host->beside, &pz_panel_job_events, panel);
  pz_concept_box_read (panel->concept, NULL, NULL);
  pz_panel_offer_left (panel);
  pz_panel_offer_lesson (panel);
  pz_panel_reopen (panel);
  return GTK_WIDGET (panel);
}
