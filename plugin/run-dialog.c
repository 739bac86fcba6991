/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel inside a GimpProcedureDialog: its OK button is Generate and, during a run, Stop.
 */
#include "plugin/run.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "plugin/settings-bind.h"
#include "ui/panel.h"
#include "ui/window-fit.h"

#define PLUG_IN_BINARY "personalize-concept"
#define WIDTH 760

typedef struct
{
  GimpProcedureDialog *dialog;
  PzPanel *panel;
  GtkWidget *action;
  GMainLoop *waiting; /* for the end of a run after Close; NULL = not closing */
} Frame;

/* Updates the label, sensitivity and tooltip of the button. */
static void
follow_panel (Frame *frame)
{
  gboolean running = pz_panel_is_running (frame->panel);

  gtk_button_set_label (GTK_BUTTON (frame->action), pz_panel_get_action (frame->panel));
  gtk_widget_set_sensitive (frame->action, running ? !pz_panel_is_stopping (frame->panel)
                                                   : pz_panel_can_act (frame->panel));
  gtk_widget_set_tooltip_text (frame->action, pz_panel_get_tooltip (frame->panel));
  if (!running && frame->waiting)
    g_main_loop_quit (frame->waiting);
}

/* Otherwise a close request from the window manager would destroy a dialog that is still waiting. */
static gboolean
on_delete (void)
{
  return GDK_EVENT_STOP;
}

static void
wait_for_the_end (Frame *frame)
{
  pz_panel_stop (frame->panel);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (frame->dialog), GTK_RESPONSE_CANCEL, FALSE);
  frame->waiting = g_main_loop_new (NULL, FALSE);
  while (pz_panel_is_running (frame->panel))
    g_main_loop_run (frame->waiting);
  g_clear_pointer (&frame->waiting, g_main_loop_unref);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (frame->dialog), GTK_RESPONSE_CANCEL, TRUE);
}

/* Handles one click on Generate, Stop or Close. FALSE = the dialog ends. */
static gboolean
run_once (Frame *frame)
{
  if (!gimp_procedure_dialog_run (frame->dialog))
    {
      if (!pz_panel_is_running (frame->panel))
        return FALSE;
      wait_for_the_end (frame);
      /* Results that no image has accepted are offered once more before they are lost. */
      return pz_panel_has_pending (frame->panel);
    }
  if (pz_panel_is_running (frame->panel))
    pz_panel_stop (frame->panel);
  else
    pz_panel_act (frame->panel);
  return TRUE;
}

static void
build (Frame *frame,
       GimpProcedure *procedure,
       GimpProcedureConfig *config,
       PzSettings *settings,
       PzGimpHost *gimp)
{
  GtkWidget *dialog = gimp_procedure_dialog_new (procedure, config, _ ("Personalize Concept"));
  GtkWidget *panel = pz_panel_new (settings, pz_gimp_host_get_host (gimp));
  GtkWidget *close;

  frame->dialog = GIMP_PROCEDURE_DIALOG (dialog);
  frame->panel = PZ_PANEL (panel);
  gimp_procedure_dialog_set_ok_label (frame->dialog, _ ("_Generate"));
  frame->action = gtk_dialog_get_widget_for_response (GTK_DIALOG (dialog), GTK_RESPONSE_OK);
  close = gtk_dialog_get_widget_for_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  gtk_button_set_label (GTK_BUTTON (close), _ ("_Close"));

  gtk_box_pack_start (GTK_BOX (gtk_dialog_get_content_area (GTK_DIALOG (dialog))), panel, TRUE,
                      TRUE, 0);
  g_signal_connect (dialog, "delete-event", G_CALLBACK (on_delete), NULL);
  g_signal_connect_swapped (panel, "notify", G_CALLBACK (follow_panel), frame);
  follow_panel (frame);
  gtk_widget_show (panel);
  pz_window_fit (GTK_WINDOW (dialog), WIDTH);
  gtk_widget_show (dialog);
  /* Otherwise Generate has the focus, and pressing the space bar by accident would start a run. */
  pz_panel_focus (frame->panel);
}

/* More Like This applies only to the dialog in which it was chosen, not to the next one or to Repeat. */
static void
vary_nothing (PzSettings *settings)
{
  g_object_set (settings, "variation-of", -1, NULL);
}

GimpPDBStatusType
pz_run_dialog (GimpProcedure *procedure,
               GimpProcedureConfig *config,
               PzGimpHost *gimp,
               PzOneDialog *one)
{
  g_autoptr (PzSettings) settings = pz_settings_new ();
  Frame frame = { 0 };
  guint n_added;

  gimp_ui_init (PLUG_IN_BINARY);
  pz_settings_bind (settings, config);
  vary_nothing (settings);
  build (&frame, procedure, config, settings, gimp);
  pz_one_dialog_set_window (one, GTK_WINDOW (frame.dialog));
  while (run_once (&frame))
    ;
  n_added = pz_panel_get_n_added (frame.panel);
  g_signal_handlers_disconnect_by_data (frame.panel, &frame);
  vary_nothing (settings);
  /* libgimp stores the settings of a successful run in the image, so they must not contain removed prompts. */
  if (pz_gimp_host_has_forgotten (gimp))
    g_object_set (settings, "prompt", PZ_SETTINGS_PROMPT, "negative-prompt", "", NULL);
  pz_one_dialog_set_window (one, NULL);
  gtk_widget_destroy (GTK_WIDGET (frame.dialog));
  return n_added > 0 ? GIMP_PDB_SUCCESS : GIMP_PDB_CANCEL;
}
