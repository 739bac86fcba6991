/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Internals of a queue. Jobs are values that the worker runs one after the other; messages are what a job reports
 * before it is done. A new kind of work is a new file in this folder with a PzJobClass; nothing else changes.
 *
 *   queue.c          main thread: accepts jobs, delivers their results
 *   worker.c         worker thread: runs the jobs, and keeps what outlives one job (the session)
 *   open-job.c, measure-job.c, forecast-job.c, words-job.c, generate-job.c, learn-job.c   one kind of work each
 */
#pragma once

#include "models/concept-shelf.h"
#include "models/learn.h"
#include "ui/job.h"
#include "ui/jobs/progress-relay.h"
#include "ui/jobs/turn.h"

G_BEGIN_DECLS

/* Only the worker thread may use this. */
typedef struct
{
  const char *beside;
  const PzJobEvents *events;
  PzRelay *relay;
  PzSession *session; /* NULL = none is open */
  PzConcept *concept; /* the last one that was encoded */
  char *concept_key; /* hashes of its picture and mask, and the room */
  PzConceptShelf *saved; /* see pz_worker_get_saved (); NULL = none was chosen yet */
  char *model, *device; /* to open; NULL = the default */
  gboolean listed; /* the devices were reported */
  GAsyncQueue *wishes; /* char *: prompts of sample pictures to make while it learns */
  guint64 needed_bytes; /* 0 = not measured */
  char *needed_key; /* the settings that needed_bytes is for */
} PzWorker;

typedef struct _PzJob PzJob;

typedef struct
{
  /* Does the work. Thread: the worker's. */
  void (*run) (PzJob *job, PzWorker *worker);
  /* Reports the result. Thread: main. */
  void (*deliver) (PzJob *job, PzJobQueue *queue);
  void (*free) (PzJob *job);
} PzJobClass;

/* The first member of every job. */
struct _PzJob
{
  const PzJobClass *klass;
  GCancellable *cancellable; /* NULL = it cannot be cancelled */
};

typedef struct _PzMessage PzMessage;

/* The first member of every message. */
struct _PzMessage
{
  void (*deliver) (PzMessage *message, PzJobQueue *queue); /* thread: main */
  void (*free) (PzMessage *message);
};

struct _PzJobQueue
{
  const PzJobEvents *events;
  gpointer data;
  char *beside;
  PzRelay *relay;
  GAsyncQueue *jobs;
  GThread *thread;
  GCancellable *opening; /* of the last requested opening */
  GCancellable *job; /* of the last run */
  gboolean running;
  guint n_questions; /* requests by pz_job_queue_measure () */
  guint n_forecasts; /* requests by pz_job_queue_forecast () */
  PzWorker worker;
};

/* ---- for jobs ---- */

/* Hands a job to the worker. (transfer full) */
void pz_job_queue_push (PzJobQueue *queue, PzJob *job);
/* The same for a job that is a run: one at a time, and pz_job_queue_stop () cancels it. */
void pz_job_queue_push_run (PzJobQueue *queue, PzJob *job);
/* The end of a run: another one may start. */
void pz_job_queue_end_run (PzJobQueue *queue);

/* ---- learn-job.c ---- */

/* The number of steps. The method's default is per person. */
guint pz_learn_count_steps (const PzLearnParams *params);

/* ---- worker.c ---- */

/* The main function of the worker's thread: data is the queue. */
gpointer pz_worker_main (gpointer data);

void pz_worker_say (PzWorker *worker, PzMessage *message); /* (transfer full) */
/* A PzProgressFunc; data is the worker. */
void pz_worker_on_progress (const PzProgress *progress, gpointer data);

gboolean pz_worker_open (PzWorker *worker, GCancellable *cancellable, GError **error);
void pz_worker_close (PzWorker *worker);
/* Where to load saved concepts from. Forgets those that are not chosen: paths, or PZ_CONCEPT_LAYER. (transfer none) */
PzConceptShelf *pz_worker_get_saved (PzWorker *worker, char **chosen);
/* Call this after a task: a lost device stays lost, so the session is closed and the next job opens it again. */
void pz_worker_check (PzWorker *worker, const GError *error);
/* Waits for the turn of this process, and reports it if the turn is not available at once. */
PzTurn *pz_worker_take_turn (PzWorker *worker, GCancellable *cancellable, GError **error);

G_END_DECLS
