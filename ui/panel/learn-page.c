/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page that learns a thing from pictures. The result is a saved concept, which is then selected on the page Generate.
 */
#include <math.h>

#include <glib/gi18n.h>

#include "ui/error-text.h"
#include "ui/learn-job.h"
#include "ui/learning/learn-form.h"
#include "ui/learning/learn-progress.h"
#include "ui/panel/panel-private.h"
#include "ui/progress-text.h"
#include "ui/window-fit.h"

/* The private state of this page; PzPanel has what other pages need. */
struct _PzLearnRoom
{
  PzLearnForm *form;
  PzLearnProgress *progress;
  PzLesson *lesson; /* in progress; NULL = none */
  GPtrArray *left; /* PzLesson: can be continued, oldest first */
  char *asked; /* the inputs of the last forecast */
  char *asked_word; /* its class word */
  char *suggested_by; /* path of the model whose words are suggested; NULL = none yet */
};

/* ---- whether Learn can start ---- */

static const PzHindrance hindrances[] = {
  { pz_panel_is_opening, N_ ("The model is still loading.") },
  { pz_panel_has_no_model, N_ ("No model could be loaded.") },
  { pz_panel_is_running, N_ ("A run is in progress.") },
  { pz_panel_needs_consent, N_ ("First decide whether the processor should be used.") },
};

static const char *
get_hindrance (PzPanel *panel)
{
  const char *hindrance =
    pz_panel_find_hindrance (panel, hindrances, G_N_ELEMENTS (hindrances));

  return hindrance ? hindrance : pz_learn_form_get_hindrance (panel->learning->form);
}

/* ---- the forecast ---- */

/* (transfer full) */
static char *
forecast_text (const PzForecast *forecast)
{
  g_autofree char *needs = g_format_size (forecast->needed_bytes);
  g_autofree char *free = g_format_size (forecast->free_bytes);
  const guint seconds = (guint) ceil (MAX (forecast->seconds, 1));
  const guint minutes = (seconds + 30) / 60;

  if (forecast->needed_bytes > forecast->free_bytes)
    return g_strdup_printf (_ ("Needs %s of memory, but only %s is free on this device."),
                            needs, free);
  if (forecast->seconds < 0)
    return g_strdup_printf (
      _ ("Needs %s of %s of free memory. How long it takes on this device "
         "is known once it has begun."),
      needs, free);
  if (seconds < 90)
    return g_strdup_printf (
      ngettext ("Takes about %u s on this device, and %s of %s of free memory.",
                "Takes about %u s on this device, and %s of %s of free memory.", seconds),
      seconds, needs, free);
  return g_strdup_printf (
    ngettext ("Takes about %u min on this device, and %s of %s of free memory.",
              "Takes about %u min on this device, and %s of %s of free memory.", minutes),
    minutes, needs, free);
}

static void
on_forecast (const PzForecast *forecast, gpointer data)
{
  PzPanel *panel = data;
  g_autofree char *text = forecast ? forecast_text (forecast) : NULL;

  pz_learn_form_set_unknown (panel->learning->form, forecast && !forecast->knows_class
                                                      ? panel->learning->asked_word
                                                      : NULL);
  pz_learn_form_say (panel->learning->form, text ? text : "");
}

/* Requests a forecast if its inputs have changed. */
static void
ask_forecast (PzPanel *panel)
{
  PzLearnRoom *room = panel->learning;
  g_autofree char *class_word = NULL, *asked = NULL;
  const PzLearnMethod *method;
  guint n;

  if (!room || panel->state != PZ_PANEL_READY)
    return;
  class_word = pz_learn_form_ask (room->form, &method, &n);
  if (n == 0)
    return;
  asked = g_strdup_printf ("%s\n%s\n%s\n%s\n%u", panel->model->path, panel->device,
                           method->name, class_word, n);
  if (g_strcmp0 (asked, room->asked) == 0)
    return;
  g_set_str (&room->asked, asked);
  g_set_str (&room->asked_word, class_word);
  pz_job_queue_forecast (panel->queue, method->name, class_word, n, on_forecast, panel);
}

/* ---- suggested class words ---- */

static void
on_words (const char *const words[], gpointer data)
{
  pz_learn_form_suggest (((PzPanel *) data)->learning->form, words);
}

/* Another model knows other words and can use other methods. */
static void
suit_model (PzPanel *panel)
{
  PzLearnRoom *room = panel->learning;

  if (room && panel->state == PZ_PANEL_READY)
    pz_learn_form_set_encodes (room->form, !panel->no_encoder);
  if (room && panel->state == PZ_PANEL_READY
      && g_set_str (&room->suggested_by, panel->model->path))
    pz_job_queue_find_words (panel->queue, pz_learn_form_get_kinds (), on_words, panel);
}

/* ---- lessons that can be continued ---- */

static PzLesson *
last_left (PzPanel *panel)
{
  GPtrArray *left = panel->learning->left;

  return left->len > 0 ? left->pdata[left->len - 1] : NULL;
}

void
pz_panel_offer_lesson (PzPanel *panel)
{
  PzLesson *lesson = last_left (panel);
  g_autofree char *what = NULL;

  if (!lesson)
    {
      pz_panel_hide_notice (panel, PZ_CAUSE_LESSON);
      return;
    }
  what = g_strdup_printf (_ ("Learning “%s” is paused."), pz_lesson_get_params (lesson)->title);
  pz_panel_show_notice (panel, PZ_CAUSE_LESSON,
                        &(PzNoticeText) {
                          .type = GTK_MESSAGE_INFO,
                          .what = what,
                          .next = _ ("It can be continued where it stopped, also after closing "
                                     "this dialog."),
                          .actions = { PZ_ACTION_LEARN_ON, PZ_ACTION_DISCARD_LESSON },
                        });
}

void
pz_panel_discard_lesson (PzPanel *panel)
{
  GPtrArray *left = panel->learning->left;

  pz_lesson_discard (g_ptr_array_steal_index (left, left->len - 1));
  pz_panel_offer_lesson (panel);
}

/* ---- the worker's events ---- */

static void
on_memory (guint64 needed_bytes, guint64 free_bytes, gpointer data)
{
  PzPanel *panel = data;
  g_autofree char *needs = g_format_size (needed_bytes), *free = g_format_size (free_bytes);
  /* Translators: two amounts of memory, such as "3.4 GB". */
  g_autofree char *text =
    g_strdup_printf (_ ("Learning needs %s of memory, %s free…"), needs, free);

  if (panel->state == PZ_PANEL_RUNNING)
    pz_status_line_say (panel->status, text);
}

static void
on_step (const PzLearnStep *step, gpointer data)
{
  PzPanel *panel = data;
  g_autofree char *text = pz_learn_step_text (step);

  pz_learn_progress_add_step (panel->learning->progress, step);
  if (step->is_past || panel->state != PZ_PANEL_RUNNING)
    return;
  pz_status_line_set_fraction (panel->status, (double) step->step / MAX (step->n_steps, 1));
  pz_status_line_say (panel->status, text);
}

static void
on_sample (guint step, PzImage *image, gpointer data)
{
  pz_learn_progress_add_sample (((PzPanel *) data)->learning->progress, step, image);
}

/* The names of concepts in the user's folder, the paths of others; at most PZ_MAX_CONCEPTS. (transfer full) */
static char **
names_of (const char *const *paths)
{
  g_autofree char *folder = pz_concept_folder ();
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; paths[i] && i < PZ_MAX_CONCEPTS; i++)
    {
      g_autofree char *there = g_path_get_dirname (paths[i]);
      g_autofree char *name = g_path_get_basename (paths[i]);

      g_strv_builder_add (names, g_str_equal (there, folder) ? name : paths[i]);
    }
  return g_strv_builder_end (names);
}

/* Selects the result on the page Generate. */
static void
use_learned (PzPanel *panel, const char *const *paths)
{
  g_auto (GStrv) concepts = names_of (paths);
  const char *title = pz_lesson_get_params (panel->learning->lesson)->title;
  const guint n = g_strv_length ((char **) paths);
  g_autofree char *text =
    n == 1
      ? g_strdup_printf (_ ("“%s” is learned and saved; here it is S."), title)
      /* Translators: the names of several people; S1, S2, ... stand for them in prompts. */
      : g_strdup_printf (_ ("“%s” are learned and saved; here they are S1 to S%u."), title,
                         MIN (n, PZ_MAX_CONCEPTS));

  g_object_set (panel->settings, "concepts", concepts, "fidelities", NULL, NULL);
  gtk_notebook_set_current_page (panel->pages, PZ_PAGE_GENERATE);
  pz_status_line_say (panel->status, text);
}

/* Without the buttons that act on the page Generate. */
static PzNoticeText
error_text (const GError *error)
{
  PzNoticeText text = pz_error_text (error);

  for (guint i = 0; i < PZ_NOTICE_MAX_ACTIONS; i++)
    if (text.actions[i] == PZ_ACTION_TRY_AGAIN || text.actions[i] == PZ_ACTION_SMALLER
        || text.actions[i] == PZ_ACTION_WHOLE_LAYER)
      text.actions[i] = PZ_ACTION_NONE;
  return text;
}

/* This notice covers the one that offers to continue learning, so it offers that too. */
static void
show_failure (PzPanel *panel, const GError *error, gboolean begun)
{
  PzNoticeText text = error_text (error);
  PzNoticeAction actions[PZ_NOTICE_MAX_ACTIONS] = { PZ_ACTION_LEARN_ON };

  for (guint i = 1; i < PZ_NOTICE_MAX_ACTIONS; i++)
    actions[i] = text.actions[i - 1];
  if (begun)
    memcpy (text.actions, actions, sizeof actions);
  pz_panel_show_notice (panel, PZ_CAUSE_RUN, &text);
}

static void
on_finished (const char *const *paths, const GError *error, gpointer data)
{
  PzPanel *panel = data;
  PzLearnRoom *room = panel->learning;
  const gboolean begun = pz_lesson_has_begun (room->lesson);

  /* Request a new forecast, because this run may have recorded its time. */
  g_clear_pointer (&room->asked, g_free);
  pz_panel_set_state (panel, PZ_PANEL_READY);
  pz_status_line_set_fraction (panel->status, paths ? 1 : 0);
  if (paths)
    use_learned (panel, paths);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pz_status_line_say (panel->status, begun ? _ ("Learning is paused.") : _ ("Stopped."));
  else
    {
      pz_status_line_say (panel->status, panel->ready_text);
      show_failure (panel, error, begun);
    }
  if (!paths && begun)
    g_ptr_array_add (room->left, g_steal_pointer (&room->lesson));
  g_clear_pointer (&room->lesson, pz_lesson_discard);
  pz_panel_offer_lesson (panel);
  pz_panel_reopen_if_due (panel);
}

static const PzLearnEvents events = {
  .memory = on_memory,
  .step = on_step,
  .sample = on_sample,
  .finished = on_finished,
};

/* ---- what the user asks for ---- */

/* lesson: (transfer full) */
static void
begin (PzPanel *panel, PzLesson *lesson, gboolean resume)
{
  PzLearnRoom *room = panel->learning;

  room->lesson = lesson;
  pz_panel_hide_notice (panel, PZ_CAUSE_RUN);
  pz_panel_hide_notice (panel, PZ_CAUSE_LESSON);
  pz_learn_progress_clear (room->progress);
  pz_status_line_set_fraction (panel->status, 0);
  pz_status_line_say (panel->status, _ ("Starting…"));
  pz_panel_begin (panel, &pz_learn_page);
  pz_job_queue_learn (panel->queue,
                      &(PzLearnTaking) {
                        .lesson = lesson,
                        .resume = resume,
                        .prompt = pz_learn_form_get_prompt (room->form),
                      },
                      &events, panel);
}

static char *
chosen_model (PzPanel *panel)
{
  g_autoptr (GFile) model = NULL;

  g_object_get (panel->settings, "model-folder", &model, NULL);
  return model ? g_file_get_path (model) : NULL;
}

static void
act (PzPanel *panel)
{
  g_autofree char *model = chosen_model (panel), *device = NULL;
  g_autoptr (GError) error = NULL;
  PzLesson *lesson;

  g_object_get (panel->settings, "device", &device, NULL);
  lesson = pz_learn_form_make_lesson (panel->learning->form, model, device, &error);
  if (lesson)
    begin (panel, lesson, FALSE);
  else
    pz_panel_show_error (panel, PZ_CAUSE_RUN, error);
}

/* Learning must continue with the model that it began with. If another one is chosen, this only switches the model. */
void
pz_panel_learn_on (PzPanel *panel)
{
  GPtrArray *left = panel->learning->left;
  const PzLessonParams *params = pz_lesson_get_params (last_left (panel));
  g_autofree char *model = chosen_model (panel);

  if (pz_panel_is_running (panel) || panel->state != PZ_PANEL_READY)
    return;
  if (g_strcmp0 (model, params->model) != 0)
    {
      g_autoptr (GFile) file = params->model ? g_file_new_for_path (params->model) : NULL;

      g_object_set (panel->settings, "model-folder", file, NULL);
      return;
    }
  gtk_notebook_set_current_page (panel->pages, PZ_PAGE_LEARN);
  begin (panel, g_ptr_array_steal_index (left, left->len - 1), TRUE);
}

static void
stop (PzPanel *panel)
{
  pz_job_queue_stop (panel->queue);
  pz_status_line_say (panel->status, _ ("Stopping after this step…"));
  pz_panel_set_state (panel, PZ_PANEL_STOPPING);
}

static void
on_try (PzPanel *panel)
{
  const char *prompt = pz_learn_form_get_prompt (panel->learning->form);

  pz_job_queue_try (panel->queue, *prompt ? prompt : PZ_SETTINGS_PROMPT);
}

/* ---- the page ---- */

static void
on_failed (PzPanel *panel, const GError *error)
{
  const PzNoticeText text = error_text (error);

  pz_panel_show_notice (panel, PZ_CAUSE_RUN, &text);
}

static GtkWidget *
build (PzPanel *panel)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  PzLearnRoom *room = g_new0 (PzLearnRoom, 1);

  panel->learning = room;
  room->left = pz_lesson_find ();
  room->form = PZ_LEARN_FORM (pz_learn_form_new (panel->host));
  room->progress = PZ_LEARN_PROGRESS (pz_learn_progress_new ());
  g_signal_connect_swapped (room->form, "changed", G_CALLBACK (pz_panel_tell), panel);
  g_signal_connect (panel, "notify::can-act", G_CALLBACK (suit_model), NULL);
  g_signal_connect (panel, "notify::can-act", G_CALLBACK (ask_forecast), NULL);
  g_signal_connect_swapped (room->form, "failed", G_CALLBACK (on_failed), panel);
  g_signal_connect_swapped (room->progress, "try", G_CALLBACK (on_try), panel);
  gtk_box_pack_start (GTK_BOX (page), GTK_WIDGET (room->form), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (page), GTK_WIDGET (room->progress), FALSE, FALSE, 0);
  gtk_widget_show (page);
  return pz_window_scroll (page);
}

void
pz_panel_free_learning (PzPanel *panel)
{
  PzLearnRoom *room = g_steal_pointer (&panel->learning);

  if (!room)
    return;
  g_clear_pointer (&room->lesson, pz_lesson_leave);
  g_ptr_array_unref (room->left);
  g_free (room->asked);
  g_free (room->asked_word);
  g_free (room->suggested_by);
  g_free (room);
}

static void
focus (PzPanel *panel)
{
  pz_learn_form_focus (panel->learning->form);
}

static void
set_running (PzPanel *panel, gboolean running)
{
  gtk_widget_set_sensitive (GTK_WIDGET (panel->learning->form), !running);
  pz_learn_progress_set_learning (panel->learning->progress,
                                  running && panel->running == &pz_learn_page);
}

const PzPage pz_learn_page = {
  .title = N_ ("Learn"),
  .action = N_ ("_Learn"),
  .tooltip = N_ ("Learn from these pictures (Ctrl+Enter)"),
  .stop_tooltip = N_ ("Pause learning; it can be continued later (Escape)"),
  .build = build,
  .focus = focus,
  .set_running = set_running,
  .get_hindrance = get_hindrance,
  .act = act,
  .stop = stop,
};
