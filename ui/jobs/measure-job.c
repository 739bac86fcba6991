/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures the length of a prompt for the open model, and the device memory that a run would need.
 */
#include "models/saved-concepts.h"
#include "ui/jobs/worker.h"

typedef struct
{
  PzJob job;
  PzSnapshot *snapshot;
  guint question;
  gboolean answered; /* a model was open */
  PzMeasured measured;
} MeasureJob;

/* Caches the last result, because it is needed again and again while the user types a prompt. */
static guint64
needed_bytes (PzWorker *worker, const PzGenerateParams *params)
{
  if (worker->needed_bytes == 0 || worker->needed_width != params->width
      || worker->needed_height != params->height || worker->needed_guidance != params->guidance)
    {
      worker->needed_width = params->width;
      worker->needed_height = params->height;
      worker->needed_guidance = params->guidance;
      if (!pz_session_measure_memory (worker->session, params, PZ_CONCEPT_BY_ELITE,
                                      (PzConcept *const[]) { NULL }, 1, &worker->needed_bytes,
                                      NULL))
        worker->needed_bytes = 0;
    }
  return worker->needed_bytes;
}

/* The sizes of the snapshot's concepts. saved: receives the concepts that were read; they own the class words in `sizes`. */
static void
measure_concepts (const PzSnapshot *snapshot, PzConceptSize sizes[], GPtrArray *saved)
{
  for (guint i = 0; snapshot->concepts[i]; i++)
    {
      PzSavedConcept *read;

      sizes[i] = pz_layer_concept_size;
      if (g_str_equal (snapshot->concepts[i], PZ_CONCEPT_LAYER))
        continue;
      read = pz_saved_concept_inspect (snapshot->concepts[i]);
      g_ptr_array_add (saved, read);
      /* The size of a missing or damaged concept is unknown: keep the size of a layer's concept. */
      if (!read->problem)
        sizes[i] = (PzConceptSize) { read->n_words, read->has_local, read->class_word };
    }
}

static void
run_measure (PzJob *job, PzWorker *worker)
{
  MeasureJob *measure = (MeasureJob *) job;
  const PzGenerateParams *params = &measure->snapshot->params;
  PzMeasured *measured = &measure->measured;
  PzConceptSize sizes[PZ_MAX_CONCEPTS];
  g_autoptr (GPtrArray) saved =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_saved_concept_free);

  if (!worker->session)
    return;
  measure->answered = TRUE;
  measure_concepts (measure->snapshot, sizes, saved);
  pz_session_measure_prompt (worker->session, params->prompt, params->words, sizes,
                             g_strv_length (measure->snapshot->concepts), &measured->length);
  if (pz_generate_params_check (params, pz_session_get_model (worker->session), NULL))
    measured->needed_bytes = needed_bytes (worker, params);
  measured->free_bytes =
    pz_session_get_free_bytes (worker->session) + pz_session_get_used_bytes (worker->session);
}

static void
deliver_measure (PzJob *job, PzJobQueue *queue)
{
  const MeasureJob *measure = (MeasureJob *) job;

  if (measure->answered && measure->question == queue->n_questions)
    queue->events->measured (&measure->measured, queue->data);
}

static void
free_measure (PzJob *job)
{
  MeasureJob *measure = (MeasureJob *) job;

  pz_snapshot_free (measure->snapshot);
  g_free (measure);
}

static const PzJobClass measure_class = { run_measure, deliver_measure, free_measure };

void
pz_job_queue_measure (PzJobQueue *queue, PzSnapshot *snapshot)
{
  MeasureJob *measure = g_new0 (MeasureJob, 1);

  measure->job.klass = &measure_class;
  measure->snapshot = snapshot;
  measure->question = ++queue->n_questions;
  pz_job_queue_push (queue, &measure->job);
}
