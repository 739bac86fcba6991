/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/job.h"

#include "compute/gpu.h"
#include "ui/progress-relay.h"

typedef enum
{
  COMMAND_OPEN,
  COMMAND_GENERATE,
  COMMAND_QUIT,
} CommandKind;

typedef struct
{
  CommandKind kind;
  char *model;
  char *device;
  PzHostConcept *concept;
  PzSnapshot *snapshot;
  GCancellable *cancellable;
} Command;

typedef enum
{
  MESSAGE_DEVICES,
  MESSAGE_OPENED,
  MESSAGE_VARIANT,
  MESSAGE_FINISHED,
} MessageKind;

typedef struct
{
  MessageKind kind;
  PzModelInfo *model;
  char *device;
  GStrv devices;
  GError *error;
  PzHostResult result;
} Message;

/* What only the worker touches. */
typedef struct
{
  PzSession *session;
  PzConcept *concept;
  char *concept_key; /* hashes of picture and mask */
  char *model;
  char *device;
  gboolean listed; /* the devices were told */
} Worker;

struct _PzJobQueue
{
  char *beside;
  const PzJobEvents *events;
  gpointer data;
  PzRelay *relay;
  GAsyncQueue *commands;
  GThread *thread;
  GCancellable *opening; /* of the last opening asked for */
  GCancellable *job; /* of the last job */
  gboolean running;
  Worker worker;
};

static void
command_free (Command *command)
{
  g_free (command->model);
  g_free (command->device);
  g_clear_pointer (&command->concept, pz_host_concept_free);
  g_clear_pointer (&command->snapshot, pz_snapshot_free);
  g_clear_object (&command->cancellable);
  g_free (command);
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_pointer (&message->model, pz_model_info_free);
  g_clear_pointer (&message->result.image, pz_image_unref);
  g_clear_error (&message->error);
  g_free (message->result.recipe);
  g_free (message->device);
  g_strfreev (message->devices);
  g_free (message);
}

/* ---- on the worker ---- */

static void
on_progress (const PzProgress *progress, gpointer data)
{
  PzJobQueue *queue = data;

  pz_relay_post_progress (queue->relay, progress);
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  PzJobQueue *queue = data;
  Message *message = g_new0 (Message, 1);

  (void) error;
  message->kind = MESSAGE_VARIANT;
  message->result.image = pz_image_ref (variant->image);
  message->result.seed = variant->seed;
  message->result.recipe = g_strdup (variant->recipe);
  pz_relay_post (queue->relay, message);
  return TRUE;
}

static void
drop_session (Worker *worker)
{
  g_clear_pointer (&worker->session, pz_session_close);
  g_clear_pointer (&worker->concept, pz_concept_unref);
  g_clear_pointer (&worker->concept_key, g_free);
}

static gboolean
ensure_session (PzJobQueue *queue, GCancellable *cancellable, GError **error)
{
  Worker *worker = &queue->worker;

  if (!worker->session)
    worker->session = pz_session_open (
      &(PzSessionParams) {
        .model = worker->model,
        .beside = queue->beside,
        .device = worker->device,
        .cancellable = cancellable,
        .progress = on_progress,
        .progress_data = queue,
      },
      error);
  return worker->session != NULL;
}

static void
list_devices (PzJobQueue *queue)
{
  Message *message = g_new0 (Message, 1);
  g_autoptr (GPtrArray) gpus = pz_gpu_list (NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; gpus && i < gpus->len; i++)
    {
      const PzGpuInfo *gpu = g_ptr_array_index (gpus, i);

      if (g_strv_length (gpu->missing) == 0)
        g_strv_builder_add (names, gpu->name);
    }
  message->kind = MESSAGE_DEVICES;
  message->devices = g_strv_builder_end (names);
  pz_relay_post (queue->relay, message);
  queue->worker.listed = TRUE;
}

static void
run_open (PzJobQueue *queue, Command *command)
{
  Worker *worker = &queue->worker;
  Message *message = g_new0 (Message, 1);

  drop_session (worker);
  if (queue->events->devices && !worker->listed)
    list_devices (queue);
  g_free (worker->model);
  g_free (worker->device);
  worker->model = g_steal_pointer (&command->model);
  worker->device = g_steal_pointer (&command->device);

  message->kind = MESSAGE_OPENED;
  if (ensure_session (queue, command->cancellable, &message->error))
    {
      message->model = pz_model_info_copy (pz_session_get_model (worker->session));
      message->device = g_strdup (pz_session_get_device_name (worker->session));
    }
  pz_relay_post (queue->relay, message);
}

static gboolean
ensure_concept (Worker *worker,
                PzHostConcept *picture,
                const PzTaskParams *task,
                GError **error)
{
  g_autofree char *image_hash = pz_image_hash (picture->image);
  g_autofree char *mask_hash = picture->mask ? pz_image_hash (picture->mask) : g_strdup ("");
  g_autofree char *key = g_strconcat (image_hash, mask_hash, NULL);

  if (worker->concept && g_str_equal (key, worker->concept_key))
    return TRUE;
  g_clear_pointer (&worker->concept, pz_concept_unref);
  g_free (worker->concept_key);
  worker->concept_key = g_steal_pointer (&key);
  worker->concept =
    pz_session_encode (worker->session, picture->image, picture->mask, task, error);
  return worker->concept != NULL;
}

static void
run_generate (PzJobQueue *queue, Command *command)
{
  Worker *worker = &queue->worker;
  Message *message = g_new0 (Message, 1);
  PzTaskParams task = {
    .cancellable = command->cancellable,
    .progress = on_progress,
    .progress_data = queue,
  };

  message->kind = MESSAGE_FINISHED;
  if (ensure_session (queue, command->cancellable, &message->error)
      && pz_generate_params_check (&command->snapshot->params,
                                   pz_session_get_model (worker->session), &message->error)
      && ensure_concept (worker, command->concept, &task, &message->error))
    pz_session_generate (worker->session, &command->snapshot->params,
                         (PzConcept *[]) { worker->concept }, 1, &task, on_variant, queue,
                         &message->error);

  /* Sticky on the device: the next job opens a new one. */
  if (g_error_matches (message->error, PZ_ERROR, PZ_ERROR_DEVICE_LOST))
    drop_session (worker);
  pz_relay_post (queue->relay, message);
}

static gpointer
work (gpointer data)
{
  PzJobQueue *queue = data;
  Worker *worker = &queue->worker;

  for (;;)
    {
      Command *command = g_async_queue_pop (queue->commands);
      CommandKind kind = command->kind;

      if (kind == COMMAND_OPEN)
        run_open (queue, command);
      else if (kind == COMMAND_GENERATE)
        run_generate (queue, command);
      command_free (command);
      if (kind == COMMAND_QUIT)
        break;
    }
  drop_session (worker);
  g_clear_pointer (&worker->model, g_free);
  g_clear_pointer (&worker->device, g_free);
  return NULL;
}

/* ---- on the main thread ---- */

static void
deliver_progress (const PzProgress *progress, gpointer data)
{
  PzJobQueue *queue = data;

  if (queue->running)
    queue->events->progress (progress, queue->data);
}

static void
deliver_message (gpointer data, gpointer user_data)
{
  PzJobQueue *queue = user_data;
  Message *message = data;

  if (message->kind == MESSAGE_OPENED)
    {
      /* A cancelled opening was replaced by a later one, which answers for both. */
      if (!g_error_matches (message->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        queue->events->opened (message->model, message->device, message->error, queue->data);
    }
  else if (message->kind == MESSAGE_DEVICES)
    queue->events->devices ((const char *const *) message->devices, queue->data);
  else if (message->kind == MESSAGE_VARIANT)
    queue->events->variant (&message->result, queue->data);
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
  queue->commands = g_async_queue_new_full ((GDestroyNotify) command_free);
  queue->thread = g_thread_new ("personalize", work, queue);
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
  Command *quit = g_new0 (Command, 1);

  cancel (&queue->opening);
  cancel (&queue->job);
  quit->kind = COMMAND_QUIT;
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
  Command *command = g_new0 (Command, 1);

  g_return_if_fail (!queue->running);
  command->kind = COMMAND_OPEN;
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
  Command *command = g_new0 (Command, 1);

  g_return_if_fail (!queue->running);
  command->kind = COMMAND_GENERATE;
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
