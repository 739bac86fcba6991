/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/jobs/worker.h"

void
pz_worker_say (PzWorker *worker, PzMessage *message)
{
  pz_relay_post (worker->relay, message);
}

void
pz_worker_on_progress (const PzProgress *progress, gpointer data)
{
  PzWorker *worker = data;

  pz_relay_post_progress (worker->relay, progress);
}

/* ---- the session ---- */

gboolean
pz_worker_open (PzWorker *worker, GCancellable *cancellable, GError **error)
{
  if (!worker->session)
    worker->session = pz_session_open (
      &(PzSessionParams) {
        .model = worker->model,
        .beside = worker->beside,
        .device = worker->device,
        .cancellable = cancellable,
        .progress = pz_worker_on_progress,
        .progress_data = worker,
      },
      error);
  return worker->session != NULL;
}

void
pz_worker_close (PzWorker *worker)
{
  g_clear_pointer (&worker->session, pz_session_close);
  g_clear_pointer (&worker->concept, pz_concept_unref);
  g_clear_pointer (&worker->concept_key, g_free);
  g_clear_pointer (&worker->saved, pz_concept_shelf_free);
  g_clear_pointer (&worker->needed_key, g_free);
  worker->needed_bytes = 0;
}

PzConceptShelf *
pz_worker_get_saved (PzWorker *worker, char **chosen)
{
  if (!worker->saved)
    worker->saved = pz_concept_shelf_new ();
  pz_concept_shelf_keep (worker->saved, (const char *const *) chosen);
  return worker->saved;
}

void
pz_worker_check (PzWorker *worker, const GError *error)
{
  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST))
    pz_worker_close (worker);
}

/* ---- the turn ---- */

static void
deliver_waiting (PzMessage *message, PzJobQueue *queue)
{
  (void) message;
  if (queue->events->waiting)
    queue->events->waiting (queue->data);
}

static void
free_waiting (PzMessage *message)
{
  g_free (message);
}

PzTurn *
pz_worker_take_turn (PzWorker *worker, GCancellable *cancellable, GError **error)
{
  PzTurn *turn = pz_turn_try ();
  PzMessage *message;

  if (turn)
    return turn;
  message = g_new0 (PzMessage, 1);
  *message = (PzMessage) { deliver_waiting, free_waiting };
  pz_worker_say (worker, message);
  return pz_turn_wait (cancellable, error);
}

/* ---- the thread ---- */

typedef struct
{
  PzMessage message;
  PzJob *job;
} Done;

static void
deliver_done (PzMessage *message, PzJobQueue *queue)
{
  PzJob *job = ((Done *) message)->job;

  job->klass->deliver (job, queue);
}

static void
free_done (PzMessage *message)
{
  PzJob *job = ((Done *) message)->job;

  job->klass->free (job);
  g_free (message);
}

gpointer
pz_worker_main (gpointer data)
{
  PzJobQueue *queue = data;
  PzWorker *worker = &queue->worker;
  PzJob *job;

  /* A job without a class ends the thread. */
  while ((job = g_async_queue_pop (queue->jobs))->klass)
    {
      Done *done = g_new (Done, 1);

      job->klass->run (job, worker);
      *done = (Done) { { deliver_done, free_done }, job };
      pz_worker_say (worker, &done->message);
    }
  g_free (job);
  pz_worker_close (worker);
  g_clear_pointer (&worker->model, g_free);
  g_clear_pointer (&worker->device, g_free);
  return NULL;
}
