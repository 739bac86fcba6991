/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generates pictures from concepts and a snapshot of the settings.
 */
#include "ui/jobs/worker.h"

#include <glib/gi18n.h>

#include "ui/thumbnail.h"

typedef struct
{
  PzJob job;
  PzHostConcept *picture; /* of the layer; NULL = the layer is not one of the concepts */
  PzSnapshot *snapshot;
  GError *error; /* NULL = all variants were made */
} GenerateJob;

/* ---- messages ---- */

typedef struct
{
  PzMessage message;
  PzHostResult result;
} Variant;

static void
deliver_variant (PzMessage *message, PzJobQueue *queue)
{
  queue->events->variant (&((Variant *) message)->result, queue->data);
}

static void
free_variant (PzMessage *message)
{
  Variant *variant = (Variant *) message;

  pz_image_unref (variant->result.image);
  g_free (variant->result.recipe);
  g_free (variant);
}

static gboolean
on_variant (const PzVariant *made, gpointer data, GError **error)
{
  Variant *variant = g_new0 (Variant, 1);

  (void) error;
  variant->message = (PzMessage) { deliver_variant, free_variant };
  variant->result = (PzHostResult) {
    .image = pz_image_ref (made->image),
    .seed = made->seed,
    .recipe = g_strdup (made->recipe),
  };
  pz_worker_say (data, &variant->message);
  return TRUE;
}

typedef struct
{
  PzMessage message;
  PzNote note;
  char *sentence;
} Note;

static void
deliver_note (PzMessage *message, PzJobQueue *queue)
{
  const Note *note = (Note *) message;

  queue->events->note (note->note, note->sentence, queue->data);
}

static void
free_note (PzMessage *message)
{
  g_free (((Note *) message)->sentence);
  g_free (message);
}

static void
on_note (PzNote note, const char *sentence, gpointer data)
{
  Note *said = g_new0 (Note, 1);

  *said = (Note) { { deliver_note, free_note }, note, g_strdup (sentence) };
  pz_worker_say (data, &said->message);
}

typedef struct
{
  PzMessage message;
  PzImage *image;
} Preview;

static void
deliver_preview (PzMessage *message, PzJobQueue *queue)
{
  queue->events->preview (((Preview *) message)->image, queue->data);
}

static void
free_preview (PzMessage *message)
{
  pz_image_unref (((Preview *) message)->image);
  g_free (message);
}

static void
on_preview (PzImage *image, gpointer data)
{
  Preview *preview = g_new0 (Preview, 1);

  *preview = (Preview) { { deliver_preview, free_preview }, pz_image_ref (image) };
  pz_worker_say (data, &preview->message);
}

/* ---- the work ---- */

/* Keeps the last encoded concept as long as picture, mask and room stay the same. */
static gboolean
encode (PzWorker *worker, PzHostConcept *picture, const PzTaskParams *task, GError **error)
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

/* Scales what is painted over to the size of the pictures, which is the model's once the session is settled. */
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

/* (transfer full) */
static PzConcept *
load (PzConceptShelf *saved, const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GError) reason = NULL;
  PzConcept *concept = pz_concept_shelf_load (saved, path, &reason);

  if (!concept && !g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_CONCEPT,
                 _ ("The saved concept “%s” is gone."), name);
  else if (!concept)
    /* Translators: a file's name, and the engine's reason in English. */
    g_set_error (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_CONCEPT,
                 _ ("The saved concept “%s” cannot be read: %s"), name, reason->message);
  return concept;
}

/* Encodes the layer and loads files, in the order of S1, S2, … (transfer full) array of PzConcept, or NULL + error. */
static GPtrArray *
gather (const GenerateJob *job, PzWorker *worker, const PzTaskParams *task, GError **error)
{
  g_autoptr (GPtrArray) concepts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_concept_unref);
  char **wanted = job->snapshot->concepts;
  PzConceptShelf *saved = pz_worker_get_saved (worker, wanted);

  for (guint i = 0; wanted[i]; i++)
    {
      PzConcept *concept = NULL;

      if (!g_str_equal (wanted[i], PZ_CONCEPT_LAYER))
        concept = load (saved, wanted[i], error);
      else if (encode (worker, job->picture, task, error))
        concept = pz_concept_ref (worker->concept);
      if (!concept)
        return NULL;
      g_ptr_array_add (concepts, concept);
    }
  return g_steal_pointer (&concepts);
}

static gboolean
generate (const GenerateJob *job, PzWorker *worker, const PzTaskParams *task, GError **error)
{
  PzSnapshot *snapshot = job->snapshot;
  g_autoptr (PzTurn) turn = pz_worker_take_turn (worker, task->cancellable, error);
  g_autoptr (GPtrArray) concepts = NULL;
  const PzModelInfo *model;

  if (!turn || !pz_worker_open (worker, task->cancellable, error))
    return FALSE;
  model = pz_session_get_model (worker->session);
  if (!pz_generate_params_check (&snapshot->params, model, error)
      || !(concepts = gather (job, worker, task, error))
      || !pz_session_settle (worker->session, task->cancellable, error))
    return FALSE;
  scale_start (snapshot, model);
  return pz_session_generate (worker->session, &snapshot->params,
                              (PzConcept *const *) concepts->pdata, concepts->len, task,
                              on_variant, worker, error);
}

static void
run_generate (PzJob *job, PzWorker *worker)
{
  GenerateJob *generating = (GenerateJob *) job;
  const PzTaskParams task = {
    .cancellable = job->cancellable,
    .progress = pz_worker_on_progress,
    .progress_data = worker,
    .note = worker->events->note ? on_note : NULL,
    .note_data = worker,
    .preview = worker->events->preview && generating->snapshot->preview ? on_preview : NULL,
    .preview_data = worker,
    .room = generating->snapshot->room,
  };

  generate (generating, worker, &task, &generating->error);
  pz_worker_check (worker, generating->error);
}

static void
deliver_generate (PzJob *job, PzJobQueue *queue)
{
  pz_job_queue_end_run (queue);
  queue->events->finished (((GenerateJob *) job)->error, queue->data);
}

static void
free_generate (PzJob *job)
{
  GenerateJob *generating = (GenerateJob *) job;

  g_object_unref (job->cancellable);
  g_clear_pointer (&generating->picture, pz_host_concept_free);
  pz_snapshot_free (generating->snapshot);
  g_clear_error (&generating->error);
  g_free (generating);
}

static const PzJobClass generate_class = { run_generate, deliver_generate, free_generate };

void
pz_job_queue_generate (PzJobQueue *queue, PzHostConcept *concept, PzSnapshot *snapshot)
{
  GenerateJob *generating = g_new0 (GenerateJob, 1);

  g_return_if_fail (!queue->running);
  generating->job.klass = &generate_class;
  generating->picture = concept;
  generating->snapshot = snapshot;
  pz_job_queue_push_run (queue, &generating->job);
}
