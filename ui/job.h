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

/* What was opened; `device` and `driver` are for people. */
typedef struct
{
  const PzModelInfo *model;
  const char *device, *driver;
  gboolean processor; /* the device is the processor, through a software driver */
  guint64 free_bytes; /* of its memory, before anything is loaded */
  const GError *no_encoder; /* why it makes no concepts of layers; NULL = it does */
} PzOpened;

/* What the settings ask for, measured with the open model. */
typedef struct
{
  PzPromptLength length;
  guint64 needed_bytes; /* of the device's memory; 0 = it cannot be made */
  guint64 free_bytes; /* what it can have, with what it holds already */
} PzMeasured;

/* All pointers are the queue's and good during the call only. */
typedef struct
{
  /* After pz_job_queue_open (): opened NULL and error set on failure. */
  void (*opened) (const PzOpened *opened, const GError *error, gpointer data);
  /* Before that, once: names of the usable devices, best first, and which of them is the processor (NULL = none).
   * NULL = nobody wants to know. */
  void (*devices) (const char *const *names, const char *processor, gpointer data);
  void (*progress) (const PzProgress *progress, gpointer data);
  void (*variant) (const PzHostResult *result, gpointer data);
  /* What the user may not expect of the run, in the engine's words. NULL = nobody wants to know. */
  void (*note) (PzNote note, const char *sentence, gpointer data);
  /* The picture as it is becoming, after each step; a few per second. NULL = nobody looks. */
  void (*preview) (const PzImage *image, gpointer data);
  /* Answers pz_job_queue_measure (); only the last of several questions is answered. */
  void (*measured) (const PzMeasured *measured, gpointer data);
  /* The run waits for one of another process. NULL = nobody wants to know. */
  void (*waiting) (gpointer data);
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
/* Nothing may be running. concept: of the layer, NULL where the snapshot's concepts are without it. concept, snapshot: (transfer full). Opens the session when there is none. */
void pz_job_queue_generate (PzJobQueue *queue, PzHostConcept *concept, PzSnapshot *snapshot);
void pz_job_queue_stop (PzJobQueue *queue);
/* How long is the prompt for the open model, and what would a run need? Without a model there is no answer; during a run
 * it comes afterwards. snapshot: (transfer full). */
void pz_job_queue_measure (PzJobQueue *queue, PzSnapshot *snapshot);
gboolean pz_job_queue_is_running (PzJobQueue *queue);

G_END_DECLS
