/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel is a shell (panel.c: the widget, its properties, notice bar and status line) around pages (PzPage, one file
 * each: generate-page.c, learn-page.c, concepts-page.c). The other files implement what the pages do: panel-prompt.c
 * (length, history and menu of the prompt), panel-run.c (from Generate to results, and the worker's events),
 * panel-layers.c (adding results as layers), panel-recall.c (applying the settings of a recipe), panel-results.c
 * (results in the image), panel-notice.c (problems, and the buttons that fix them). Thread: main.
 */
#pragma once

#include "ui/options/advanced-page.h"
#include "models/recipe-reader.h"
#include "ui/concepts/concept-box.h"
#include "ui/concepts/concept-chooser.h"
#include "ui/job.h"
#include "ui/widgets/notice.h"
#include "ui/panel.h"
#include "ui/prompt/prompt-editor.h"
#include "ui/results/result-strip.h"
#include "ui/run.h"
#include "ui/options/seed-row.h"
#include "ui/widgets/status-line.h"

G_BEGIN_DECLS

/* What the shell needs from a page. The strings are untranslated. */
typedef struct
{
  const char *title; /* label of its tab */
  const char
    *action; /* label of the action button while the page is visible, with its mnemonic */
  const char *tooltip,
    *stop_tooltip; /* of that button, while it can be pressed and during a run */
  GtkWidget *(*build) (PzPanel *panel);
  void (*focus) (PzPanel *panel);
  /* A run of this or another page has started or ended. NULL = not needed. */
  void (*set_running) (PzPanel *panel, gboolean running);
  /* Why the action cannot start now, translated; NULL = it can. */
  const char *(*get_hindrance) (PzPanel *panel);
  void (*act) (PzPanel *panel);
  void (*stop) (PzPanel *panel); /* stops the run that `act` started; NULL = it starts none */
} PzPage;

/* The pages, in this order. */
extern const PzPage pz_generate_page, pz_learn_page, pz_concepts_page;
#define PZ_PAGE_GENERATE 0
#define PZ_PAGE_LEARN 1

typedef struct _PzLearnRoom PzLearnRoom;
typedef struct _PzConceptsRoom PzConceptsRoom;

typedef enum
{
  PZ_PANEL_OPENING,
  PZ_PANEL_NO_MODEL,
  PZ_PANEL_READY,
  PZ_PANEL_RUNNING,
  PZ_PANEL_STOPPING,
} PzPanelState;

/* The settings of a recipe were applied. whole: none of its concepts is missing. */
typedef void (*PzRecallFunc) (PzPanel *panel, gboolean whole);

struct _PzPanel
{
  GtkBox parent;

  PzSettings *settings;
  const PzHost *host;
  PzJobQueue *queue;
  PzPanelState state;
  const PzPage *running; /* the page of the current or last run */
  GError *no_encoder; /* why the open model cannot encode layers as concepts; NULL = it can */
  PzModelInfo *model; /* the open model; NULL = none */
  gboolean on_processor; /* the open device is the processor */
  gboolean processor_agreed; /* "Use Processor" was pressed */
  char *device; /* name of the open device */
  char *lost_device; /* a chosen device that is not available; NULL = none */
  char *ready_text; /* text of the status line after the model was opened */
  char *processor; /* name of the software device; NULL = none */
  PzRun *run; /* in progress, or ended and not added; NULL = none */
  GPtrArray *recipes; /* char *, one for each added result */
  GPtrArray *left; /* PzRecovery: left by interrupted runs; NULL = nothing */
  guint n_added;
  guint reopen_id;
  GCancellable *recalling; /* a recipe's concepts are searched for; NULL = no search */
  PzRecallFunc recalled; /* called after the search */
  gboolean starting; /* a run waits until its concept, and what it paints over, are read */
  /* For that run, while what it paints over is being read. NULL = not reading. */
  GCancellable *reading;
  PzHostConcept *next_concept;
  PzSnapshot *next;
  gboolean adding; /* results are being added as layers */
  gboolean into_new_image; /* they go into a new image, whatever the run's settings are */
  void (*then) (PzPanel *panel, guint n_added, const GError *error); /* called afterwards */
  guint n_wanted, n_restored; /* of the run; of the results left by interrupted runs */
  GError *run_error; /* error of the run whose results are added; NULL = none */
  gboolean reopen_due; /* model or device was changed during the run */
  guint measure_id;
  guint follow_id; /* timer that updates the strip from the image */
  guint look_id; /* idle callback of an update in progress; 0 = none */
  gint64 looked_us, rest_until_us; /* start of that update; earliest time of the next one */
  GArray *seen; /* PzHostState of the results checked so far */
  guint grow_id;
  gboolean forgot; /* the recent prompts were forgotten: do not keep a draft */

  PzNotice *notice;
  GtkNotebook *pages;
  PzLearnRoom *learning; /* learn-page.c's */
  PzConceptsRoom *library; /* concepts-page.c's */
  GtkWidget *inputs; /* everything that must not change during a run */
  PzConceptBox *concept;
  PzConceptChooser *chooser;
  PzPromptEditor *prompt_editor;
  PzSeedRow *seed_row;
  PzAdvancedPage *advanced;
  PzResultStrip *strip;
  PzStatusLine *status;
  char *notes,
    *note_details; /* of the last run, for display and in the engine's words; NULL = none */
  GtkWidget *model_menu; /* choices of another model; NULL = not built yet */
  GtkWidget *window; /* whose key events are handled; (unowned) */
};

/* A reason why the action of a page cannot start. The sentence is untranslated. */
typedef struct
{
  gboolean (*applies) (PzPanel *panel);
  const char *sentence;
} PzHindrance;

/* ---- panel.c ---- */

gboolean pz_panel_is_opening (PzPanel *panel);
gboolean pz_panel_has_no_model (PzPanel *panel);
/* The sentence of the first of n hindrances that applies, translated; NULL = none applies. */
const char *pz_panel_find_hindrance (PzPanel *panel, const PzHindrance hindrances[], guint n);

void pz_panel_set_state (PzPanel *panel, PzPanelState state);
/* Notifies can-act: call it whenever can-act may have changed. */
void pz_panel_tell (PzPanel *panel);
/* Marks a run of that page as started. */
void pz_panel_begin (PzPanel *panel, const PzPage *page);
/* Opens the model and device of the settings now. */
void pz_panel_reopen (PzPanel *panel);

/* ---- panel-prompt.c ---- */

/* Connects the editor and its menu. A draft of the last session replaces the default prompt. */
void pz_panel_build_prompt (PzPanel *panel);
/* Call this when the prompt, or what it is measured with, has changed. */
void pz_panel_measure_prompt (PzPanel *panel);
void pz_panel_prompt_used (PzPanel *panel);
/* Call this at the end: a prompt that was never used becomes the draft. */
void pz_panel_keep_draft (PzPanel *panel);

/* ---- panel-run.c ---- */

extern const PzJobEvents pz_panel_job_events;

void pz_panel_generate (PzPanel *panel); /* does nothing if a hindrance applies */
void pz_panel_stop_generating (PzPanel *panel);

/* Abandons a run that is starting, while what it paints over is being read. */
void pz_panel_drop_next (PzPanel *panel);

/* After a run: opens the model and device again if they were changed during it. */
void pz_panel_reopen_if_due (PzPanel *panel);

/* ---- panel-layers.c ---- */

/* Hands the run's results to the host; `then` receives the number of results that were added. */
void pz_panel_add_results (PzPanel *panel,
                           gboolean new_image,
                           void (*then) (PzPanel *panel, guint n_added, const GError *error));
/* How a run ended, for display. (transfer full) */
char *pz_panel_sum_up (guint made, guint wanted);
/* How many variants are in no image. (transfer full) */
char *pz_panel_count_kept (PzPanel *panel);
/* Adds the results of the last run that could not be added, as a new image. */
void pz_panel_add_pending (PzPanel *panel);
/* Discards them. */
void pz_panel_discard_pending (PzPanel *panel);
/* Adds the results of interrupted runs as layers, or discards them. */
void pz_panel_restore (PzPanel *panel);
void pz_panel_discard_left (PzPanel *panel);

/* ---- concepts-page.c ---- */

/* Call this when another model is open, or when the saved concepts may have changed: reads them again if the page is
 * visible. */
void pz_panel_read_library (PzPanel *panel);
void pz_panel_undo_remove (PzPanel *panel);
/* Permanently deletes a removed file that is not in the trash. */
void pz_panel_free_library (PzPanel *panel);

/* ---- learn-page.c ---- */

/* Offers to continue learning, if there is a lesson to continue. */
void pz_panel_offer_lesson (PzPanel *panel);
void pz_panel_learn_on (PzPanel *panel);
void pz_panel_discard_lesson (PzPanel *panel);
/* Call this after the worker has ended. */
void pz_panel_free_learning (PzPanel *panel);

/* ---- panel-recall.c ---- */

/* Applies a recipe's settings and reports which of its concepts are missing. Calls `then` after the search for them;
 * then NULL = no callback. */
void pz_panel_recall (PzPanel *panel, PzRecipeReader *reader, PzRecallFunc then);
void pz_panel_stop_recall (PzPanel *panel);

/* ---- panel-results.c ---- */

/* Creates the strip and keeps it in sync with the image. */
void pz_panel_build_results (PzPanel *panel);
/* Updates the strip now, or as soon as the host has reported the state of all results. */
void pz_panel_follow_results (PzPanel *panel);
/* The same from the next turn of the main loop on: after a change that keeps the host busy, so that the window can answer
 * before it waits for the host again. */
void pz_panel_follow_results_soon (PzPanel *panel);
/* Applies the settings of the image's active layer. */
void pz_panel_reuse_active (PzPanel *panel);

/* ---- panel-notice.c ---- */

/* Buttons whose action is not possible now are left out. */
void pz_panel_show_notice (PzPanel *panel, PzNoticeCause cause, const PzNoticeText *text);
void pz_panel_show_error (PzPanel *panel, PzNoticeCause cause, const GError *error);
void pz_panel_hide_notice (PzPanel *panel, PzNoticeCause cause);
void pz_panel_on_action (PzPanel *panel, guint cause, guint action);
/* The open device is the processor, and the user still has to agree to that. */
gboolean pz_panel_needs_consent (PzPanel *panel);
/* Reports that only the processor is available, if that needs the user's consent. */
void pz_panel_check_device (PzPanel *panel);
/* Reports that the open model cannot encode layers as concepts, if the settings use the layer. */
void pz_panel_check_encoder (PzPanel *panel);
/* Switches to the best device if the chosen one is not available. FALSE = the error has another cause. */
gboolean pz_panel_leave_device (PzPanel *panel, const GError *error);
/* Reports when a run would not fit into memory. */
void pz_panel_check_memory (PzPanel *panel, guint64 needed_bytes, guint64 free_bytes);
/* Tells the user, only once ever, that prompts are stored in the image. */
void pz_panel_tell_of_prompts (PzPanel *panel);
/* Offers to restore the results of interrupted runs that were not restored yet. */
void pz_panel_offer_left (PzPanel *panel);

G_END_DECLS
