/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Closes the previous model and opens a model on a device.
 */
#include "ui/jobs/worker.h"

#include <glib/gi18n.h>

#include "compute/gpu.h"

typedef struct
{
  PzJob job;
  char *model, *device; /* as requested; NULL = the default */
  /* The result. */
  PzModelInfo *info;
  char *device_name, *driver;
  gboolean processor;
  guint64 free_bytes;
  GError *no_encoder;
  GError *error;
} OpenJob;

/* ---- the devices, reported once ---- */

typedef struct
{
  PzMessage message;
  GStrv names;
  char *processor; /* which of them is the processor; NULL = none */
} Devices;

static void
deliver_devices (PzMessage *message, PzJobQueue *queue)
{
  const Devices *devices = (Devices *) message;

  queue->events->devices ((const char *const *) devices->names, devices->processor,
                          queue->data);
}

static void
free_devices (PzMessage *message)
{
  Devices *devices = (Devices *) message;

  g_strfreev (devices->names);
  g_free (devices->processor);
  g_free (devices);
}

static void
list_devices (PzWorker *worker)
{
  Devices *devices = g_new0 (Devices, 1);
  g_autoptr (GPtrArray) gpus = pz_gpu_list (NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; gpus && i < gpus->len; i++)
    {
      const PzGpuInfo *gpu = g_ptr_array_index (gpus, i);

      if (g_strv_length (gpu->missing) > 0)
        continue;
      g_strv_builder_add (names, gpu->name);
      if (gpu->kind == PZ_GPU_SOFTWARE && !devices->processor)
        devices->processor = g_strdup (gpu->name);
    }
  devices->message = (PzMessage) { deliver_devices, free_devices };
  devices->names = g_strv_builder_end (names);
  pz_worker_say (worker, &devices->message);
  worker->listed = TRUE;
}

/* ---- opening ---- */

/* Replaces the error "a file is missing or damaged" if no model was chosen and none exists. */
static void
explain_no_model (const PzWorker *worker, GError **error)
{
  g_autoptr (GPtrArray) models = NULL;

  if (worker->model || !g_error_matches (*error, PZ_ERROR, PZ_ERROR_BAD_FILE))
    return;
  models = pz_model_find (worker->beside);
  if (models->len > 0)
    return;
  g_clear_error (error);
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_MODEL,
                       _ ("There is no model yet."));
}

static void
run_open (PzJob *job, PzWorker *worker)
{
  OpenJob *open = (OpenJob *) job;

  pz_worker_close (worker);
  if (worker->events->devices && !worker->listed)
    list_devices (worker);
  g_free (worker->model);
  g_free (worker->device);
  worker->model = g_steal_pointer (&open->model);
  worker->device = g_steal_pointer (&open->device);

  if (!pz_worker_open (worker, job->cancellable, &open->error))
    {
      explain_no_model (worker, &open->error);
      return;
    }
  pz_session_can_encode (worker->session, &open->no_encoder);
  open->info = pz_model_info_copy (pz_session_get_model (worker->session));
  open->device_name = g_strdup (pz_session_get_device_name (worker->session));
  open->driver = g_strdup (pz_session_get_driver (worker->session));
  open->processor = pz_session_is_on_processor (worker->session);
  open->free_bytes = pz_session_get_free_bytes (worker->session);
}

static void
deliver_open (PzJob *job, PzJobQueue *queue)
{
  const OpenJob *open = (OpenJob *) job;
  const PzOpened opened = { open->info,      open->device_name, open->driver,
                            open->processor, open->free_bytes,  open->no_encoder };

  /* A cancelled opening was replaced by a later one, which reports the result for both. */
  if (!g_error_matches (open->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    queue->events->opened (open->error ? NULL : &opened, open->error, queue->data);
}

static void
free_open (PzJob *job)
{
  OpenJob *open = (OpenJob *) job;

  g_object_unref (job->cancellable);
  g_free (open->model);
  g_free (open->device);
  g_clear_pointer (&open->info, pz_model_info_free);
  g_free (open->device_name);
  g_free (open->driver);
  g_clear_error (&open->no_encoder);
  g_clear_error (&open->error);
  g_free (open);
}

static const PzJobClass open_class = { run_open, deliver_open, free_open };

void
pz_job_queue_open (PzJobQueue *queue, const char *model, const char *device)
{
  OpenJob *open = g_new0 (OpenJob, 1);

  g_return_if_fail (!queue->running);
  open->job.klass = &open_class;
  open->job.cancellable = g_cancellable_new ();
  open->model = g_strdup (model);
  open->device = g_strdup (device);
  if (queue->opening)
    g_cancellable_cancel (queue->opening);
  g_set_object (&queue->opening, open->job.cancellable);
  pz_job_queue_push (queue, &open->job);
}
