/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From Generate to results: the user's requests, and the worker's events.
 */
#include <glib/gi18n.h>

#include "ui/note-text.h"
#include "ui/panel/panel-private.h"

void
pz_panel_reopen_if_due (PzPanel *panel)
{
  if (panel->reopen_due && !pz_panel_is_running (panel))
    pz_panel_reopen (panel);
}

/* ---- the worker's events ---- */

/* needed_bytes: also shown, unless it is 0 = not known yet. */
static void
say_ready (PzPanel *panel, guint64 needed_bytes, guint64 free_bytes)
{
  g_autofree char *needs = g_format_size (needed_bytes);
  g_autofree char *free = g_format_size (free_bytes);
  g_autofree char *text = NULL;

  if (needed_bytes > 0)
    /* Translators: the model's name, the graphics device's, and two amounts of memory, such as "3.4 GB". */
    text = g_strdup_printf (_ ("Ready: %s on %s · a run needs %s of %s free memory"),
                            panel->model->name, panel->device, needs, free);
  else
    text = g_strdup_printf (_ ("Ready: %s on %s"), panel->model->name, panel->device);
  pz_status_line_say (panel->status, text);
  g_set_str (&panel->ready_text, text);
}

static void
on_opened (const PzOpened *opened, const GError *error, gpointer data)
{
  PzPanel *panel = data;
  g_autofree char *diagnostics = NULL;

  g_clear_pointer (&panel->model, pz_model_info_free);
  g_clear_error (&panel->no_encoder);
  panel->on_processor = opened && opened->processor;
  if (error && pz_panel_leave_device (panel, error))
    return;
  if (error)
    {
      pz_panel_show_error (panel, PZ_CAUSE_MODEL, error);
      pz_status_line_say (panel->status, _ ("Not ready"));
      pz_panel_set_state (panel, PZ_PANEL_NO_MODEL);
      return;
    }
  panel->model = pz_model_info_copy (opened->model);
  panel->no_encoder = opened->no_encoder ? g_error_copy (opened->no_encoder) : NULL;
  g_set_str (&panel->device, opened->device);
  pz_advanced_page_set_model (panel->advanced, opened->model);
  pz_concept_chooser_set_model (panel->chooser, panel->model, panel->host->beside);
  diagnostics =
    g_strdup_printf ("gimp-personalize %s\n%s (%s)\n%s (%s), %" G_GUINT64_FORMAT " bytes",
                     PZ_VERSION, opened->device, opened->driver, opened->model->name,
                     opened->model->family, opened->model->size_bytes);
  pz_notice_set_diagnostics (panel->notice, diagnostics);
  say_ready (panel, 0, 0);
  pz_panel_set_state (panel, PZ_PANEL_READY);
  pz_panel_check_device (panel);
  pz_panel_check_encoder (panel);
  pz_panel_measure_prompt (panel);
  pz_panel_read_library (panel);
}

static void
on_devices (const char *const *names, const char *processor, gpointer data)
{
  PzPanel *panel = data;

  g_set_str (&panel->processor, processor);
  pz_advanced_page_set_devices (panel->advanced, names);
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  PzPanel *panel = data;

  if (panel->state == PZ_PANEL_RUNNING)
    pz_status_line_show (panel->status, progress);
}

static void
on_preview (const PzImage *image, gpointer data)
{
  PzPanel *panel = data;

  if (panel->state == PZ_PANEL_RUNNING)
    pz_result_strip_preview (panel->strip, image);
}

static void
on_measured (const PzMeasured *measured, gpointer data)
{
  PzPanel *panel = data;

  pz_prompt_editor_set_length (panel->prompt_editor, &measured->length);
  pz_panel_check_memory (panel, measured->needed_bytes, measured->free_bytes);
  /* Do not replace a newer message. */
  if (g_strcmp0 (pz_panel_get_status (panel), panel->ready_text) == 0)
    say_ready (panel, measured->needed_bytes, measured->free_bytes);
}

static void
on_waiting (gpointer data)
{
  PzPanel *panel = data;

  if (panel->state == PZ_PANEL_RUNNING)
    pz_status_line_say (panel->status,
                        _ ("Another run is using the device; this one starts when that has "
                           "finished."));
}

static void
add_line (char **lines, const char *line)
{
  g_autofree char *all = *lines ? g_strconcat (*lines, "\n", line, NULL) : g_strdup (line);

  g_set_str (lines, all);
}

/* A run may have several notes; each one is a line. */
static void
on_note (PzNote note, const char *sentence, gpointer data)
{
  PzPanel *panel = data;

  add_line (&panel->notes, pz_note_text (note));
  add_line (&panel->note_details, sentence);
  pz_panel_show_notice (panel, PZ_CAUSE_NOTE,
                        &(PzNoticeText) {
                          .type = GTK_MESSAGE_INFO,
                          .what = _ ("Parts of this run may not be as you expect."),
                          .next = panel->notes,
                          .detail = panel->note_details,
                        });
}

static void
on_variant (const PzHostResult *result, gpointer data)
{
  PzPanel *panel = data;

  pz_run_keep (panel->run, result);
  pz_result_strip_fill (panel->strip, result->image, result->seed);
}

/* The inputs lost the focus when they became insensitive. The user may be on another page by now, and stays there. */
static void
focus_prompt (PzPanel *panel)
{
  if (gtk_notebook_get_current_page (panel->pages) == PZ_PAGE_GENERATE)
    pz_panel_focus (panel);
}

/* error: the image did not accept the results; NULL = they were added, or there are none. */
static void
run_is_over (PzPanel *panel, guint n_added, const GError *error)
{
  g_autoptr (GError) run_error = g_steal_pointer (&panel->run_error);
  gboolean stopped = g_error_matches (run_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_autofree char *text = NULL;

  if (run_error && !stopped)
    pz_panel_show_error (panel, PZ_CAUSE_RUN, run_error);
  if (panel->run && pz_run_get_n_made (panel->run) == 0)
    g_clear_pointer (&panel->run, pz_run_free);

  pz_status_line_set_fraction (panel->status, n_added > 0 && !run_error ? 1 : 0);
  text = error ? pz_panel_count_kept (panel) : pz_panel_sum_up (n_added, panel->n_wanted);
  pz_status_line_say (panel->status, text);
  pz_panel_tell (panel);
  pz_concept_box_refresh (panel->concept); /* the image may have been closed meanwhile */
  focus_prompt (panel);
}

static void
on_finished (const GError *error, gpointer data)
{
  PzPanel *panel = data;

  pz_result_strip_end (panel->strip);
  panel->state = PZ_PANEL_READY;
  panel->n_wanted = pz_run_get_n_wanted (panel->run);
  panel->run_error = error ? g_error_copy (error) : NULL;
  if (pz_run_get_n_made (panel->run) > 0)
    {
      pz_panel_add_results (panel, FALSE, run_is_over);
      return;
    }
  pz_panel_set_state (panel, PZ_PANEL_READY);
  run_is_over (panel, 0, NULL);
  pz_panel_reopen_if_due (panel);
}

const PzJobEvents pz_panel_job_events = {
  .opened = on_opened,
  .devices = on_devices,
  .progress = on_progress,
  .variant = on_variant,
  .note = on_note,
  .preview = on_preview,
  .measured = on_measured,
  .waiting = on_waiting,
  .finished = on_finished,
};

/* ---- what the user asks for ---- */

static void
begin_run (PzPanel *panel, PzHostConcept *concept, PzSnapshot *snapshot)
{
  pz_panel_hide_notice (panel, PZ_CAUSE_RUN);
  g_clear_pointer (&panel->notes, g_free);
  g_clear_pointer (&panel->note_details, g_free);
  pz_panel_hide_notice (panel, PZ_CAUSE_NOTE);
  panel->run = pz_run_new (snapshot);
  pz_panel_prompt_used (panel);
  pz_seed_row_show_used (panel->seed_row, (gint) snapshot->params.seed);
  pz_result_strip_begin (panel->strip, snapshot->params.variants);
  pz_status_line_set_fraction (panel->status, 0);
  pz_status_line_say (panel->status, _ ("Starting…"));
  pz_panel_begin (panel, &pz_generate_page);
  pz_job_queue_generate (panel->queue, concept, snapshot);
}

/* The run was not started: restores the state before Generate. */
static void
end_start (PzPanel *panel)
{
  panel->starting = FALSE;
  if (!pz_panel_is_running (panel))
    return;
  pz_status_line_say (panel->status, panel->ready_text);
  pz_panel_set_state (panel, PZ_PANEL_READY);
  focus_prompt (panel);
  pz_panel_reopen_if_due (panel);
}

static void
begin_next (PzPanel *panel)
{
  panel->starting = FALSE;
  begin_run (panel, g_steal_pointer (&panel->next_concept), g_steal_pointer (&panel->next));
}

static void
on_start (PzHostStart *start, const GError *error, gpointer data)
{
  PzPanel *panel = data;

  g_clear_object (&panel->reading);
  if (start)
    {
      panel->next->start = start;
      begin_next (panel);
      return;
    }
  pz_panel_show_error (panel, PZ_CAUSE_RUN, error);
  pz_panel_drop_next (panel);
  end_start (panel);
}

static void
read_start (PzPanel *panel)
{
  const PzGenerateParams *params = &panel->next->params;
  guint width = params->width ? params->width : panel->model->width;
  guint height = params->height ? params->height : panel->model->height;
  g_autoptr (GCancellable) reading = g_cancellable_new ();

  panel->reading = g_object_ref (reading);
  panel->host->klass->read_start (panel->host->host, panel->next->target,
                                  (double) width / height, reading, on_start, panel);
}

/* concept: of the layer; NULL = the layer is not one of the concepts. */
static void
begin (PzPanel *panel, PzHostConcept *concept)
{
  panel->starting = TRUE;
  panel->next_concept = concept;
  panel->next = pz_settings_snapshot (panel->settings);
  if (pz_settings_paint_over (panel->settings))
    read_start (panel);
  else
    begin_next (panel);
}

static void
on_concept (PzHostConcept *read, gpointer data)
{
  if (read)
    begin (data, read);
  else
    end_start (data);
}

void
pz_panel_drop_next (PzPanel *panel)
{
  if (panel->reading)
    g_cancellable_cancel (panel->reading);
  g_clear_object (&panel->reading);
  g_clear_pointer (&panel->next_concept, pz_host_concept_free);
  g_clear_pointer (&panel->next, pz_snapshot_free);
}

void
pz_panel_generate (PzPanel *panel)
{
  if (pz_generate_page.get_hindrance (panel))
    return;
  panel->starting = TRUE;
  /* The selection may have changed since the preview was made. */
  if (pz_settings_use_layer (panel->settings))
    pz_concept_box_read (panel->concept, on_concept, panel);
  else
    begin (panel, NULL);
  if (!panel->starting)
    return;
  pz_status_line_say (panel->status, _ ("Reading the layer…"));
  pz_panel_begin (panel, &pz_generate_page);
}

void
pz_panel_stop_generating (PzPanel *panel)
{
  if (panel->starting)
    {
      pz_concept_box_stop (panel->concept);
      pz_panel_drop_next (panel);
      end_start (panel);
      return;
    }
  pz_job_queue_stop (panel->queue);
  pz_status_line_say (panel->status, _ ("Stopping after this step…"));
  pz_panel_set_state (panel, PZ_PANEL_STOPPING);
}
