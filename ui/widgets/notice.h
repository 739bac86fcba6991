/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bar at the top of the panel, hidden while there is nothing to report. Several problems can exist at once; each
 * has its own slot (a cause), and the most urgent one is shown. Thread: main.
 *
 * Signals:
 *   "action" (guint cause, guint action)   a button was pressed; PzNoticeCause, PzNoticeAction
 *   "dismissed" (guint cause)              the close button was pressed; the cause is cleared. See PzNoticeText.stays
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In order of urgency, the most urgent last. */
typedef enum
{
  PZ_CAUSE_PRIVACY, /* information that is given once */
  PZ_CAUSE_NOTE, /* what the user may not expect of the last run */
  PZ_CAUSE_RECALL, /* a concept of a recipe is missing or was changed */
  PZ_CAUSE_RECOVERY, /* variants of an interrupted run were found */
  PZ_CAUSE_LESSON, /* learning can be continued */
  PZ_CAUSE_MEMORY, /* the run would not fit into memory */
  PZ_CAUSE_DEVICE, /* only the processor is available */
  PZ_CAUSE_CONCEPT, /* no concept */
  PZ_CAUSE_MODEL, /* no model, or it cannot be opened */
  PZ_CAUSE_LIBRARY, /* a saved concept was removed, or could not be changed */
  PZ_CAUSE_PENDING, /* results that no image has accepted */
  PZ_CAUSE_RUN, /* how the last run ended */
  PZ_N_CAUSES,
} PzNoticeCause;

typedef enum
{
  PZ_ACTION_NONE,
  PZ_ACTION_COPY, /* handled by the notice itself: copies the message and the diagnostics */
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

/* The notice copies the strings that it keeps. */
typedef struct
{
  GtkMessageType type;
  const char *what; /* one sentence */
  const char *next; /* what to try, or NULL */
  const char *detail; /* the engine's own message, or NULL */
  PzNoticeAction actions[PZ_NOTICE_MAX_ACTIONS]; /* in order; NONE = no button */
  gboolean stays; /* no close button: only its actions can dismiss it */
} PzNoticeText;

#define PZ_TYPE_NOTICE (pz_notice_get_type ())
G_DECLARE_FINAL_TYPE (PzNotice, pz_notice, PZ, NOTICE, GtkBox)

GtkWidget *pz_notice_new (void);

/* text NULL = clears this cause. */
void pz_notice_set (PzNotice *notice, PzNoticeCause cause, const PzNoticeText *text);
gboolean pz_notice_has (PzNotice *notice, PzNoticeCause cause);
/* The visible button with that action; NULL = there is none. (transfer none) */
GtkWidget *pz_notice_get_button (PzNotice *notice, PzNoticeAction action);
/* The message that is shown now, or NULL; for tests. (transfer none) */
const char *pz_notice_get_what (PzNotice *notice);

/* The text that "Copy Details" adds: versions, device, model; never a prompt. */
void pz_notice_set_diagnostics (PzNotice *notice, const char *text);

G_END_DECLS
