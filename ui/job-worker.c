/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker of a queue: it owns the session, does what it is told, and posts what comes of it.
 */
#include "ui/job-private.h"

#include <glib/gi18n.h>

#include "compute/gpu.h"
#include "ui/thumbnail.h"
#include "ui/turn.h"

void
pz_job_command_free (PzJobCommand *command)
{
  g_free (command->model);
  g_free (command->device);
  g_clear_pointer (&command->concept, pz_host_concept_free);
  g_clear_pointer (&command->snapshot, pz_snapshot_free);
  g_clear_object (&command->cancellable);
  g_free (command);
}

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
  PzJobMessage *message = g_new0 (PzJobMessage, 1);

  (void) error;
  message->kind = PZ_MESSAGE_VARIANT;
  message->result.image = pz_image_ref (variant->image);
  message->result.seed = variant->seed;
  message->result.recipe = g_strdup (variant->recipe);
  pz_relay_post (queue->relay, message);
  return TRUE;
}

static void
on_note (PzNote note, const char *sentence, gpointer data)
{
  PzJobQueue *queue = data;
  PzJobMessage *message = g_new0 (PzJobMessage, 1);

  message->kind = PZ_MESSAGE_NOTE;
  message->note = note;
  message->sentence = g_strdup (sentence);
  pz_relay_post (queue->relay, message);
}

static void
on_preview (PzImage *image, gpointer data)
{
  PzJobQueue *queue = data;
  PzJobMessage *message = g_new0 (PzJobMessage, 1);

  message->kind = PZ_MESSAGE_PREVIEW;
  message->preview = pz_image_ref (image);
  pz_relay_post (queue->relay, message);
}

static void
drop_session (PzWorker *worker)
{
  g_clear_pointer (&worker->session, pz_session_close);
  g_clear_pointer (&worker->concept, pz_concept_unref);
  g_clear_pointer (&worker->concept_key, g_free);
  worker->needed_bytes = 0;
}

static gboolean
ensure_session (PzJobQueue *queue, GCancellable *cancellable, GError **error)
{
  PzWorker *worker = &queue->worker;

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
  PzJobMessage *message = g_new0 (PzJobMessage, 1);
  g_autoptr (GPtrArray) gpus = pz_gpu_list (NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; gpus && i < gpus->len; i++)
    {
      const PzGpuInfo *gpu = g_ptr_array_index (gpus, i);

      if (g_strv_length (gpu->missing) > 0)
        continue;
      g_strv_builder_add (names, gpu->name);
      if (gpu->kind == PZ_GPU_SOFTWARE && !message->software)
        message->software = g_strdup (gpu->name);
    }
  message->kind = PZ_MESSAGE_DEVICES;
  message->devices = g_strv_builder_end (names);
  pz_relay_post (queue->relay, message);
  queue->worker.listed = TRUE;
}

/* Nothing is missing or damaged where there never was anything. */
static void
explain_no_model (const PzJobQueue *queue, GError **error)
{
  g_autoptr (GPtrArray) models = NULL;

  if (queue->worker.model || !g_error_matches (*error, PZ_ERROR, PZ_ERROR_BAD_FILE))
    return;
  models = pz_model_find (queue->beside);
  if (models->len > 0)
    return;
  g_clear_error (error);
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_MODEL,
                       _ ("There is no model yet."));
}

static void
run_open (PzJobQueue *queue, PzJobCommand *command)
{
  PzWorker *worker = &queue->worker;
  PzJobMessage *message = g_new0 (PzJobMessage, 1);

  drop_session (worker);
  if (queue->events->devices && !worker->listed)
    list_devices (queue);
  g_free (worker->model);
  g_free (worker->device);
  worker->model = g_steal_pointer (&command->model);
  worker->device = g_steal_pointer (&command->device);

  message->kind = PZ_MESSAGE_OPENED;
  /* Every run here has a concept: better said now than after Generate. */
  if (ensure_session (queue, command->cancellable, &message->error)
      && pz_session_can_encode (worker->session, &message->error))
    {
      message->model = pz_model_info_copy (pz_session_get_model (worker->session));
      message->device = g_strdup (pz_session_get_device_name (worker->session));
      message->driver = g_strdup (pz_session_get_driver (worker->session));
      message->processor = pz_session_is_on_processor (worker->session);
      message->free_bytes = pz_session_get_free_bytes (worker->session);
    }
  else
    explain_no_model (queue, &message->error);
  pz_relay_post (queue->relay, message);
}

static gboolean
ensure_concept (PzWorker *worker,
                PzHostConcept *picture,
                const PzTaskParams *task,
                GError **error)
{
  char room[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *image_hash = pz_image_hash (picture->image);
  g_autofree char *mask_hash = picture->mask ? pz_image_hash (picture->mask) : g_strdup ("");
  g_autofree char *key =
    g_strconcat (image_hash, mask_hash, g_ascii_dtostr (room, sizeof room, task->room), NULL);

  if (worker->concept && g_str_equal (key, worker->concept_key))
    return TRUE;
  g_clear_pointer (&worker->concept, pz_concept_unref);
  g_free (worker->concept_key);
  worker->concept_key = g_steal_pointer (&key);
  worker->concept =
    pz_session_encode (worker->session, picture->image, picture->mask, task, error);
  return worker->concept != NULL;
}

/* Waits for the turn of this process, and says so where that takes a while. */
static PzTurn *
take_turn (PzJobQueue *queue, GCancellable *cancellable, GError **error)
{
  PzTurn *turn = pz_turn_try ();
  PzJobMessage *message;

  if (turn)
    return turn;
  message = g_new0 (PzJobMessage, 1);
  message->kind = PZ_MESSAGE_WAITING;
  pz_relay_post (queue->relay, message);
  return pz_turn_wait (cancellable, error);
}

/* What is painted over, in the size of the pictures. */
static void
scale_start (PzSnapshot *snapshot, const PzModelInfo *model)
{
  PzGenerateParams *params = &snapshot->params;
  guint width = params->width ? params->width : model->width;
  guint height = params->height ? params->height : model->height;

  if (!snapshot->start)
    return;
  snapshot->picture = pz_thumbnail_scale (snapshot->start->picture, width, height);
  if (snapshot->start->mask)
    snapshot->mask = pz_thumbnail_scale (snapshot->start->mask, width, height);
  params->start = snapshot->picture;
  params->start_mask = snapshot->mask;
}

static gboolean
generate (PzJobQueue *queue, PzJobCommand *command, const PzTaskParams *task, GError **error)
{
  PzWorker *worker = &queue->worker;
  PzSnapshot *snapshot = command->snapshot;
  g_autoptr (PzTurn) turn = take_turn (queue, command->cancellable, error);

  if (!turn || !ensure_session (queue, command->cancellable, error)
      || !pz_generate_params_check (&snapshot->params, pz_session_get_model (worker->session),
                                    error)
      || !ensure_concept (worker, command->concept, task, error))
    return FALSE;
  scale_start (snapshot, pz_session_get_model (worker->session));
  return pz_session_generate (worker->session, &snapshot->params,
                              (PzConcept *[]) { worker->concept }, 1, task, on_variant, queue,
                              error);
}

static void
run_generate (PzJobQueue *queue, PzJobCommand *command)
{
  PzWorker *worker = &queue->worker;
  PzJobMessage *message = g_new0 (PzJobMessage, 1);
  PzTaskParams task = {
    .cancellable = command->cancellable,
    .progress = on_progress,
    .progress_data = queue,
    .note = queue->events->note ? on_note : NULL,
    .note_data = queue,
    .preview = queue->events->preview && command->snapshot->preview ? on_preview : NULL,
    .preview_data = queue,
    .room = command->snapshot->room,
  };

  message->kind = PZ_MESSAGE_FINISHED;
  generate (queue, command, &task, &message->error);

  /* Sticky on the device: the next job opens a new one. */
  if (g_error_matches (message->error, PZ_ERROR, PZ_ERROR_DEVICE_LOST))
    drop_session (worker);
  pz_relay_post (queue->relay, message);
}

/* What a size costs is asked again and again while a prompt is typed. */
static guint64
needed_bytes (PzWorker *worker, const PzGenerateParams *params)
{
  if (worker->needed_bytes == 0 || worker->needed_width != params->width
      || worker->needed_height != params->height || worker->needed_guidance != params->guidance)
    {
      worker->needed_width = params->width;
      worker->needed_height = params->height;
      worker->needed_guidance = params->guidance;
      if (!pz_session_measure_memory (worker->session, params, &worker->needed_bytes, NULL))
        worker->needed_bytes = 0;
    }
  return worker->needed_bytes;
}

static void
run_measure (PzJobQueue *queue, const PzJobCommand *command)
{
  PzSession *session = queue->worker.session;
  const PzGenerateParams *params = &command->snapshot->params;
  PzJobMessage *message;

  if (!session)
    return;
  message = g_new0 (PzJobMessage, 1);
  message->kind = PZ_MESSAGE_MEASURED;
  message->question = command->question;
  pz_session_measure_prompt (session, params->prompt, params->words, &message->measured.length);
  if (pz_generate_params_check (params, pz_session_get_model (session), NULL))
    message->measured.needed_bytes = needed_bytes (&queue->worker, params);
  message->measured.free_bytes =
    pz_session_get_free_bytes (session) + pz_session_get_used_bytes (session);
  pz_relay_post (queue->relay, message);
}

gpointer
pz_job_work (gpointer data)
{
  PzJobQueue *queue = data;
  PzWorker *worker = &queue->worker;

  for (;;)
    {
      PzJobCommand *command = g_async_queue_pop (queue->commands);
      PzJobCommandKind kind = command->kind;

      if (kind == PZ_COMMAND_OPEN)
        run_open (queue, command);
      else if (kind == PZ_COMMAND_GENERATE)
        run_generate (queue, command);
      else if (kind == PZ_COMMAND_MEASURE)
        run_measure (queue, command);
      pz_job_command_free (command);
      if (kind == PZ_COMMAND_QUIT)
        break;
    }
  drop_session (worker);
  g_clear_pointer (&worker->model, g_free);
  g_clear_pointer (&worker->device, g_free);
  return NULL;
}
