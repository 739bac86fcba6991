/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker: one thread that owns the session from open to close, and a queue of jobs with one run at a time. The
 * session stays loaded between jobs; the last encoded concept is kept as long as picture, mask and room stay the same.
 *
 * Thread: main; events are delivered in the main context that was the thread default at pz_job_queue_new (). Needs no
 * GTK.
 */
#pragma once

#include "ui/host.h"
#include "ui/settings.h"

G_BEGIN_DECLS

typedef struct _PzJobQueue PzJobQueue;

/* What was opened; `device` and `driver` are for display. */
typedef struct
{
  const PzModelInfo *model;
  const char *device, *driver;
  gboolean processor; /* the device is the processor, through a software driver */
  guint64 free_bytes; /* device memory, before anything is loaded */
  const GError *no_encoder; /* why it cannot encode layers as concepts; NULL = it can */
} PzOpened;

/* What the settings need, measured with the open model. */
typedef struct
{
  PzPromptLength length;
  guint64 needed_bytes; /* device memory; 0 = these settings cannot be run */
  guint64 free_bytes; /* device memory available, with what the session holds already */
} PzMeasured;

/* All pointers are owned by the queue and valid only during the call. */
typedef struct
{
  /* After pz_job_queue_open (). On failure opened is NULL and error is set. */
  void (*opened) (const PzOpened *opened, const GError *error, gpointer data);
  /* Before that, once: names of the usable devices, best first, and which of them is the processor (NULL = none). May
   * be NULL. */
  void (*devices) (const char *const *names, const char *processor, gpointer data);
  void (*progress) (const PzProgress *progress, gpointer data);
  void (*variant) (const PzHostResult *result, gpointer data);
  /* Something that the user may not expect of the run, in the engine's words. May be NULL. */
  void (*note) (PzNote note, const char *sentence, gpointer data);
  /* The unfinished picture after each step, a few times per second. May be NULL. */
  void (*preview) (const PzImage *image, gpointer data);
  /* Answers pz_job_queue_measure (); only the last of several requests is answered. */
  void (*measured) (const PzMeasured *measured, gpointer data);
  /* The run waits for a run of another process. May be NULL. */
  void (*waiting) (gpointer data);
  /* Always called after pz_job_queue_generate (): error NULL = all variants were made, CANCELLED = stopped. */
  void (*finished) (const GError *error, gpointer data);
} PzJobEvents;

/* beside: see pz_model_search_path (). */
PzJobQueue *pz_job_queue_new (const char *beside, const PzJobEvents *events, gpointer data);
/* Stops the current job, closes the session and waits for the worker; no event is delivered afterwards. */
void pz_job_queue_free (PzJobQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJobQueue, pz_job_queue_free)

/* Closes the previous model and device and opens these; NULL = the default. */
void pz_job_queue_open (PzJobQueue *queue, const char *model, const char *device);
/* No run may be in progress. concept: of the layer, NULL if the layer is not among the snapshot's concepts. concept,
 * snapshot: (transfer full). Opens the session if none is open. */
void pz_job_queue_generate (PzJobQueue *queue, PzHostConcept *concept, PzSnapshot *snapshot);
void pz_job_queue_stop (PzJobQueue *queue);
/* Requests the length of the prompt for the open model, and what a run would need. Without a model there is no answer;
 * during a run it comes afterwards. snapshot: (transfer full). */
void pz_job_queue_measure (PzJobQueue *queue, PzSnapshot *snapshot);
gboolean pz_job_queue_is_running (PzJobQueue *queue);

G_END_DECLS
