/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker: one thread that owns the session from open to close, and a queue of one job.
 * The session stays loaded between jobs; the last encoded concept is kept as long as picture and
 * mask stay the same.
 *
 * Thread: main, all of it; events arrive in the main context that was the thread default at
 * pz_job_queue_new (). Needs no GTK.
 */
#pragma once

#include "ui/host.h"
#include "ui/settings.h"

G_BEGIN_DECLS

typedef struct _PzJobQueue PzJobQueue;

/* All pointers are the queue's and good during the call only. */
typedef struct
{
  /* After pz_job_queue_open (): model NULL and error set on failure. `device` is for people. */
  void (*opened) (const PzModelInfo *model,
                  const char *device,
                  const GError *error,
                  gpointer data);
  /* Before that, once: names of the usable devices, best first. NULL = nobody wants to know. */
  void (*devices) (const char *const *names, gpointer data);
  void (*progress) (const PzProgress *progress, gpointer data);
  void (*variant) (const PzHostResult *result, gpointer data);
  /* After pz_job_queue_generate (), always: error NULL = all variants were made, CANCELLED = stopped. */
  void (*finished) (const GError *error, gpointer data);
} PzJobEvents;

/* beside: see pz_model_search_path (). */
PzJobQueue *pz_job_queue_new (const char *beside, const PzJobEvents *events, gpointer data);
/* Stops what runs, closes the session, waits for the worker; no event comes any more. */
void pz_job_queue_free (PzJobQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJobQueue, pz_job_queue_free)

/* Opens another model or device in place of the one before; NULL = the default. */
void pz_job_queue_open (PzJobQueue *queue, const char *model, const char *device);
/* Nothing may be running. concept, snapshot: (transfer full). Opens the session when there is none. */
void pz_job_queue_generate (PzJobQueue *queue, PzHostConcept *concept, PzSnapshot *snapshot);
void pz_job_queue_stop (PzJobQueue *queue);
gboolean pz_job_queue_is_running (PzJobQueue *queue);

G_END_DECLS
