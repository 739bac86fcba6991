/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bar at the top of the panel: hidden until there is something to say. Several things can be wrong at once; each has
 * its own place (a cause), and the most urgent one is shown. Thread: main.
 *
 * Signals:
 *   "action" (guint cause, guint action)   a button was pressed; PzNoticeCause, PzNoticeAction
 *   "dismissed" (guint cause)              the close button was pressed; the cause is empty now. What stays has none
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The most urgent last. */
typedef enum
{
  PZ_CAUSE_PRIVACY, /* what is told once */
  PZ_CAUSE_NOTE, /* what may not be expected of the last run */
  PZ_CAUSE_RECALL, /* a recipe's concept is gone */
  PZ_CAUSE_RECOVERY, /* variants of an interrupted run were found */
  PZ_CAUSE_LESSON, /* learning can be gone on with */
  PZ_CAUSE_MEMORY, /* the run would not fit */
  PZ_CAUSE_DEVICE, /* only the processor is there */
  PZ_CAUSE_CONCEPT, /* no concept */
  PZ_CAUSE_MODEL, /* no model, or it cannot be opened */
  PZ_CAUSE_LIBRARY, /* what was removed, or could not be changed, among saved concepts */
  PZ_CAUSE_PENDING, /* results that no image has taken */
  PZ_CAUSE_RUN, /* how the last run ended */
  PZ_N_CAUSES,
} PzNoticeCause;

typedef enum
{
  PZ_ACTION_NONE,
  PZ_ACTION_COPY, /* done by the notice itself: what is wrong, and the diagnostics */
  PZ_ACTION_WHOLE_LAYER,
  PZ_ACTION_ACTIVE_LAYER,
  PZ_ACTION_CHOOSE_MODEL,
  PZ_ACTION_WHAT_IS_NEEDED,
  PZ_ACTION_CHECK_AGAIN,
  PZ_ACTION_PROCESSOR,
  PZ_ACTION_SMALLER,
  PZ_ACTION_TRY_AGAIN,
  PZ_ACTION_NEW_IMAGE,
  PZ_ACTION_RESTORE,
  PZ_ACTION_DISCARD,
  PZ_ACTION_DISCARD_RUN,
  PZ_ACTION_LEARN_ON,
  PZ_ACTION_DISCARD_LESSON,
  PZ_ACTION_UNDO_REMOVE,
  PZ_N_ACTIONS,
} PzNoticeAction;

#define PZ_NOTICE_MAX_ACTIONS 3

/* Strings are copied where they are kept. */
typedef struct
{
  GtkMessageType type;
  const char *what; /* one sentence */
  const char *next; /* what to try, or NULL */
  const char *detail; /* the engine's own words, or NULL */
  PzNoticeAction actions[PZ_NOTICE_MAX_ACTIONS]; /* in order; NONE = no button */
  gboolean stays; /* nobody can close it: its buttons are the only way on */
} PzNoticeText;

#define PZ_TYPE_NOTICE (pz_notice_get_type ())
G_DECLARE_FINAL_TYPE (PzNotice, pz_notice, PZ, NOTICE, GtkBox)

GtkWidget *pz_notice_new (void);

/* text NULL = this cause has nothing to say (any more). */
void pz_notice_set (PzNotice *notice, PzNoticeCause cause, const PzNoticeText *text);
gboolean pz_notice_has (PzNotice *notice, PzNoticeCause cause);
/* The button with that action; NULL = none has it now. (transfer none) */
GtkWidget *pz_notice_get_button (PzNotice *notice, PzNoticeAction action);
/* What is said now, or NULL; for tests. (transfer none) */
const char *pz_notice_get_what (PzNotice *notice);

/* What "Copy Details" adds: versions, device, model; never a prompt. */
void pz_notice_set_diagnostics (PzNotice *notice, const char *text);

G_END_DECLS
