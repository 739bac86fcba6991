/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/jobs/worker.h"

static void
free_message (gpointer data)
{
  PzMessage *message = data;

  message->free (message);
}

static void
deliver_message (gpointer data, gpointer user_data)
{
  PzMessage *message = data;

  message->deliver (message, user_data);
  message->free (message);
}

static void
deliver_progress (const PzProgress *progress, gpointer data)
{
  PzJobQueue *queue = data;

  if (queue->running)
    queue->events->progress (progress, queue->data);
}

static const PzRelayClass relay_class = {
  .progress = deliver_progress,
  .message = deliver_message,
  .free_message = free_message,
};

/* Frees a job that was never run. */
static void
free_job (gpointer data)
{
  PzJob *job = data;

  if (job->klass)
    job->klass->free (job);
  else
    g_free (job);
}

PzJobQueue *
pz_job_queue_new (const char *beside, const PzJobEvents *events, gpointer data)
{
  PzJobQueue *queue = g_new0 (PzJobQueue, 1);

  queue->beside = g_strdup (beside);
  queue->events = events;
  queue->data = data;
  queue->relay = pz_relay_new (&relay_class, queue);
  queue->jobs = g_async_queue_new_full (free_job);
  queue->worker = (PzWorker) {
    .beside = queue->beside,
    .events = events,
    .relay = queue->relay,
    .wishes = g_async_queue_new_full (g_free),
  };
  queue->thread = g_thread_new ("personalize", pz_worker_main, queue);
  return queue;
}

static void
cancel (GCancellable **cancellable)
{
  if (*cancellable)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

void
pz_job_queue_free (PzJobQueue *queue)
{
  cancel (&queue->opening);
  cancel (&queue->job);
  g_async_queue_push (queue->jobs, g_new0 (PzJob, 1));
  g_thread_join (queue->thread);
  g_async_queue_unref (queue->jobs);
  g_async_queue_unref (queue->worker.wishes);
  pz_relay_free (queue->relay);
  g_free (queue->beside);
  g_free (queue);
}

void
pz_job_queue_push (PzJobQueue *queue, PzJob *job)
{
  g_async_queue_push (queue->jobs, job);
}

void
pz_job_queue_push_run (PzJobQueue *queue, PzJob *job)
{
  job->cancellable = g_cancellable_new ();
  g_set_object (&queue->job, job->cancellable);
  queue->running = TRUE;
  pz_job_queue_push (queue, job);
}

void
pz_job_queue_end_run (PzJobQueue *queue)
{
  queue->running = FALSE;
}

void
pz_job_queue_stop (PzJobQueue *queue)
{
  if (queue->running)
    g_cancellable_cancel (queue->job);
}

gboolean
pz_job_queue_is_running (PzJobQueue *queue)
{
  return queue->running;
}
