/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/job-private.h"

static void
message_free (gpointer data)
{
  PzJobMessage *message = data;

  g_clear_pointer (&message->model, pz_model_info_free);
  g_clear_pointer (&message->result.image, pz_image_unref);
  g_clear_pointer (&message->preview, pz_image_unref);
  g_clear_error (&message->error);
  g_free (message->result.recipe);
  g_free (message->sentence);
  g_free (message->device);
  g_free (message->driver);
  g_free (message->software);
  g_strfreev (message->devices);
  g_free (message);
}

static void
deliver_progress (const PzProgress *progress, gpointer data)
{
  PzJobQueue *queue = data;

  if (queue->running)
    queue->events->progress (progress, queue->data);
}

static void
deliver_opened (PzJobQueue *queue, const PzJobMessage *message)
{
  PzOpened opened = { message->model, message->device, message->driver, message->processor,
                      message->free_bytes };

  queue->events->opened (message->error ? NULL : &opened, message->error, queue->data);
}

static void
deliver_message (gpointer data, gpointer user_data)
{
  PzJobQueue *queue = user_data;
  PzJobMessage *message = data;

  if (message->kind == PZ_MESSAGE_OPENED)
    {
      /* A cancelled opening was replaced by a later one, which answers for both. */
      if (!g_error_matches (message->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        deliver_opened (queue, message);
    }
  else if (message->kind == PZ_MESSAGE_DEVICES)
    queue->events->devices ((const char *const *) message->devices, message->software,
                            queue->data);
  else if (message->kind == PZ_MESSAGE_WAITING)
    {
      if (queue->events->waiting)
        queue->events->waiting (queue->data);
    }
  else if (message->kind == PZ_MESSAGE_NOTE)
    queue->events->note (message->note, message->sentence, queue->data);
  else if (message->kind == PZ_MESSAGE_VARIANT)
    queue->events->variant (&message->result, queue->data);
  else if (message->kind == PZ_MESSAGE_PREVIEW)
    queue->events->preview (message->preview, queue->data);
  else if (message->kind == PZ_MESSAGE_MEASURED)
    {
      if (message->question == queue->n_questions)
        queue->events->measured (&message->measured, queue->data);
    }
  else
    {
      queue->running = FALSE;
      queue->events->finished (message->error, queue->data);
    }
  message_free (message);
}

static const PzRelayClass relay_class = {
  .progress = deliver_progress,
  .message = deliver_message,
  .free_message = message_free,
};

PzJobQueue *
pz_job_queue_new (const char *beside, const PzJobEvents *events, gpointer data)
{
  PzJobQueue *queue = g_new0 (PzJobQueue, 1);

  queue->beside = g_strdup (beside);
  queue->events = events;
  queue->data = data;
  queue->relay = pz_relay_new (&relay_class, queue);
  queue->commands = g_async_queue_new_full ((GDestroyNotify) pz_job_command_free);
  queue->thread = g_thread_new ("personalize", pz_job_work, queue);
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
  PzJobCommand *quit = g_new0 (PzJobCommand, 1);

  cancel (&queue->opening);
  cancel (&queue->job);
  quit->kind = PZ_COMMAND_QUIT;
  g_async_queue_push (queue->commands, quit);
  g_thread_join (queue->thread);
  g_async_queue_unref (queue->commands);
  pz_relay_free (queue->relay);
  g_free (queue->beside);
  g_free (queue);
}

void
pz_job_queue_open (PzJobQueue *queue, const char *model, const char *device)
{
  PzJobCommand *command = g_new0 (PzJobCommand, 1);

  g_return_if_fail (!queue->running);
  command->kind = PZ_COMMAND_OPEN;
  command->model = g_strdup (model);
  command->device = g_strdup (device);
  command->cancellable = g_cancellable_new ();
  cancel (&queue->opening);
  queue->opening = g_object_ref (command->cancellable);
  g_async_queue_push (queue->commands, command);
}

void
pz_job_queue_generate (PzJobQueue *queue, PzHostConcept *concept, PzSnapshot *snapshot)
{
  PzJobCommand *command = g_new0 (PzJobCommand, 1);

  g_return_if_fail (!queue->running);
  command->kind = PZ_COMMAND_GENERATE;
  command->concept = concept;
  command->snapshot = snapshot;
  command->cancellable = g_cancellable_new ();
  g_set_object (&queue->job, command->cancellable);
  queue->running = TRUE;
  g_async_queue_push (queue->commands, command);
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

void
pz_job_queue_measure (PzJobQueue *queue, PzSnapshot *snapshot)
{
  PzJobCommand *command = g_new0 (PzJobCommand, 1);

  command->kind = PZ_COMMAND_MEASURE;
  command->snapshot = snapshot;
  command->question = ++queue->n_questions;
  g_async_queue_push (queue->commands, command);
}
