/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel is a shell (panel.c: the widget, its properties, bar and status line) around pages (PzPage, a file each:
 * generate-page.c, learn-page.c, concepts-page.c). The rest is what the pages do: panel-prompt.c (the prompt's length, history and
 * menu), panel-run.c (from Generate to results, and what the worker says), panel-layers.c (results become layers), panel-recall.c (a recipe's settings), panel-results.c (results in
 * the image), panel-notice.c (what is wrong, and the buttons that mend it). Thread: main.
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

/* What the shell needs of a page. Texts are not translated yet. */
typedef struct
{
  const char *title; /* of its tab */
  const char
    *action; /* what the action button says while the page is in sight, with mnemonic */
  const char *tooltip,
    *stop_tooltip; /* of that button, when it can be pressed and during a run */
  GtkWidget *(*build) (PzPanel *panel);
  void (*focus) (PzPanel *panel);
  /* A run of this or another page has begun or ended. NULL = that does not matter. */
  void (*set_running) (PzPanel *panel, gboolean running);
  /* Why the action cannot begin now, translated; NULL = it can. */
  const char *(*get_hindrance) (PzPanel *panel);
  void (*act) (PzPanel *panel);
  void (*stop) (PzPanel *panel); /* the run that `act` began; NULL = it begins none */
} PzPage;

/* In this order. */
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

/* Settings are those of a recipe. whole: all of its concepts are there. */
typedef void (*PzRecallFunc) (PzPanel *panel, gboolean whole);

struct _PzPanel
{
  GtkBox parent;

  PzSettings *settings;
  const PzHost *host;
  PzJobQueue *queue;
  PzPanelState state;
  const PzPage *running; /* whose run is under way, or was the last */
  GError *no_encoder; /* why the open model makes no concepts of layers; NULL = it does */
  PzModelInfo *model; /* that is open; NULL = none */
  gboolean on_processor; /* the open device is the processor */
  gboolean processor_agreed; /* "Use Processor" was pressed */
  char *device; /* name of the open one */
  char *lost_device; /* was chosen once and is not there; NULL = none */
  char *ready_text; /* what the line at the bottom said when the model was opened */
  char *processor; /* name of the software device; NULL = none */
  PzRun *run; /* under way, or ended and not added; NULL = none */
  GPtrArray *recipes; /* char *, of all results added */
  GPtrArray *left; /* PzRecovery: what interrupted runs left; NULL = nothing */
  guint n_added;
  guint reopen_id;
  GCancellable *recalling; /* a recipe's concepts are sought; NULL = none are */
  PzRecallFunc recalled; /* what comes after it */
  gboolean starting; /* a run waits for its concept, and what it paints over, to be read */
  /* Of that run, while what it paints over is read. NULL = that is not being read. */
  GCancellable *reading;
  PzHostConcept *next_concept;
  PzSnapshot *next;
  gboolean adding; /* results become layers, bit by bit */
  gboolean into_new_image; /* they go, whatever the run was asked for */
  void (*then) (PzPanel *panel, guint n_added, const GError *error); /* what comes after it */
  guint n_wanted, n_restored; /* of the run, and of those that were left */
  GError *run_error; /* how the run ended whose results are added; NULL = well */
  gboolean reopen_due; /* model or device were chosen anew during the run */
  guint measure_id;
  guint follow_id; /* the strip follows the image */
  guint look_id; /* it is being looked at, bit by bit; 0 = not now */
  gint64 looked_us, rest_until_us; /* when that began; no sooner again */
  GArray *seen; /* PzHostState, of the results looked at so far */
  guint grow_id;
  gboolean forgot; /* the recent prompts: no draft brings one back */

  PzNotice *notice;
  GtkNotebook *pages;
  PzLearnRoom *learning; /* learn-page.c's */
  PzConceptsRoom *library; /* concepts-page.c's */
  GtkWidget *inputs; /* everything that a run must not see change */
  PzConceptBox *concept;
  PzConceptChooser *chooser;
  PzPromptEditor *prompt_editor;
  PzSeedRow *seed_row;
  PzAdvancedPage *advanced;
  PzResultStrip *strip;
  PzStatusLine *status;
  char *notes,
    *note_details; /* of the last run, for people and in the engine's words; NULL = none */
  GtkWidget *model_menu; /* ways to choose another model; NULL = not asked for yet */
  GtkWidget *window; /* whose keys we listen to; (unowned) */
};

/* What keeps a page's action from beginning. The sentence is not translated yet. */
typedef struct
{
  gboolean (*applies) (PzPanel *panel);
  const char *sentence;
} PzHindrance;

/* ---- panel.c ---- */

gboolean pz_panel_is_opening (PzPanel *panel);
gboolean pz_panel_has_no_model (PzPanel *panel);
/* The sentence of the first of n that applies, translated; NULL = none does. */
const char *pz_panel_find_hindrance (PzPanel *panel, const PzHindrance hindrances[], guint n);

void pz_panel_set_state (PzPanel *panel, PzPanelState state);
/* Whether Generate can start may have changed. */
void pz_panel_tell (PzPanel *panel);
/* A run of that page begins. */
void pz_panel_begin (PzPanel *panel, const PzPage *page);
/* Opens the model and device of the settings, now. */
void pz_panel_reopen (PzPanel *panel);

/* ---- panel-prompt.c ---- */

/* Connects the editor and its menu. A draft of last time takes the place of the default prompt. */
void pz_panel_build_prompt (PzPanel *panel);
/* The prompt, or what it is measured with, has changed. */
void pz_panel_measure_prompt (PzPanel *panel);
void pz_panel_prompt_used (PzPanel *panel);
/* At the end: a prompt that was never used becomes the draft. */
void pz_panel_keep_draft (PzPanel *panel);

/* ---- panel-run.c ---- */

extern const PzJobEvents pz_panel_job_events;

void pz_panel_generate (PzPanel *panel); /* nothing where something hinders it */
void pz_panel_stop_generating (PzPanel *panel);

/* A run that is starting is given up while what it paints over is read. */
void pz_panel_drop_next (PzPanel *panel);

/* Model or device were chosen anew during a run that is over. */
void pz_panel_reopen_if_due (PzPanel *panel);

/* ---- panel-layers.c ---- */

/* Hands the run's results to the host; `then` gets how many it took. */
void pz_panel_add_results (PzPanel *panel,
                           gboolean new_image,
                           void (*then) (PzPanel *panel, guint n_added, const GError *error));
/* How a run ended, for people. (transfer full) */
char *pz_panel_sum_up (guint made, guint wanted);
/* Adds what the last run made and could not add, as a new image. */
void pz_panel_add_pending (PzPanel *panel);
/* Throws them away. */
void pz_panel_discard_pending (PzPanel *panel);
/* What interrupted runs left becomes layers, or goes. */
void pz_panel_restore (PzPanel *panel);
void pz_panel_discard_left (PzPanel *panel);

/* ---- concepts-page.c ---- */

/* Another model is open, or what is saved may have changed: reads it anew, if the page is in sight. */
void pz_panel_read_library (PzPanel *panel);
void pz_panel_undo_remove (PzPanel *panel);
/* What was removed and only held is gone then. */
void pz_panel_free_library (PzPanel *panel);

/* ---- learn-page.c ---- */

/* Says that learning can be gone on with, where it can. */
void pz_panel_offer_lesson (PzPanel *panel);
void pz_panel_learn_on (PzPanel *panel);
void pz_panel_discard_lesson (PzPanel *panel);
/* After the worker's end. */
void pz_panel_free_learning (PzPanel *panel);

/* ---- panel-recall.c ---- */

/* Takes over a recipe's settings; says which of its concepts are gone. `then` comes when they are found; NULL = nothing does. */
void pz_panel_recall (PzPanel *panel, PzRecipeReader *reader, PzRecallFunc then);
void pz_panel_stop_recall (PzPanel *panel);

/* ---- panel-results.c ---- */

/* Makes the strip, and lets it follow the image. */
void pz_panel_build_results (PzPanel *panel);
/* Now, or as soon as the host has said what is to be seen. */
void pz_panel_follow_results (PzPanel *panel);
/* Takes over the settings of the layer that is active in the image. */
void pz_panel_reuse_active (PzPanel *panel);

/* ---- panel-notice.c ---- */

/* Buttons that cannot do anything now are left out. */
void pz_panel_show_notice (PzPanel *panel, PzNoticeCause cause, const PzNoticeText *text);
void pz_panel_show_error (PzPanel *panel, PzNoticeCause cause, const GError *error);
void pz_panel_hide_notice (PzPanel *panel, PzNoticeCause cause);
void pz_panel_on_action (PzPanel *panel, guint cause, guint action);
/* The open device is the processor, and the user has not said that this is all right. */
gboolean pz_panel_needs_consent (PzPanel *panel);
/* Says that only the processor is there, where that needs the user's consent. */
void pz_panel_check_device (PzPanel *panel);
/* Says that the open model makes no concepts of layers, where the settings want one. */
void pz_panel_check_encoder (PzPanel *panel);
/* Goes on with the best device where the chosen one is not there. FALSE = that is not what is wrong. */
gboolean pz_panel_leave_device (PzPanel *panel, const GError *error);
/* Says when a run would not fit into the memory. */
void pz_panel_check_memory (PzPanel *panel, guint64 needed_bytes, guint64 free_bytes);
/* Once ever: that prompts are in the image now. */
void pz_panel_tell_of_prompts (PzPanel *panel);
/* Offers what interrupted runs left and nobody restored yet. */
void pz_panel_offer_left (PzPanel *panel);

G_END_DECLS
