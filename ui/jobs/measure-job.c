/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures the length of a prompt for the open model, and the device memory that a run would need.
 */
#include <string.h>

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

/* Appends what stands between < and > in a prompt: it may ask for a LoRA. */
static void
append_tags (GString *text, const char *prompt)
{
  const char *from = prompt, *end;

  while ((from = strchr (from, '<')) && (end = strchr (from, '>')))
    {
      g_string_append_len (text, from, end - from);
      from = end;
    }
}

/* All settings that change what a run needs. (transfer full) */
static char *
make_key (const PzSnapshot *snapshot)
{
  const PzGenerateParams *params = &snapshot->params;
  char guidance[G_ASCII_DTOSTR_BUF_SIZE];
  GString *key = g_string_new (NULL);

  g_string_append_printf (key, "%ux%u %s ", params->width, params->height,
                          g_ascii_dtostr (guidance, sizeof guidance, params->guidance));
  append_tags (key, params->prompt);
  for (guint i = 0; snapshot->concepts[i]; i++)
    g_string_append_printf (key, "\n%s", snapshot->concepts[i]);
  return g_string_free_and_steal (key);
}

/* A concept that cannot be read counts as one that is made from the layer. */
static guint64
measure_memory (PzWorker *worker, const PzSnapshot *snapshot)
{
  PzConceptShelf *saved = pz_worker_get_saved (worker, snapshot->concepts);
  PzConcept *concepts[PZ_MAX_CONCEPTS] = { NULL };
  const guint n = MIN (g_strv_length (snapshot->concepts), PZ_MAX_CONCEPTS);
  guint64 bytes;

  for (guint i = 0; i < n; i++)
    if (!g_str_equal (snapshot->concepts[i], PZ_CONCEPT_LAYER))
      concepts[i] = pz_concept_shelf_load (saved, snapshot->concepts[i], NULL);
  if (!pz_session_measure_memory (worker->session, &snapshot->params, PZ_CONCEPT_BY_ELITE,
                                  concepts, n, &bytes, NULL))
    bytes = 0;
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&concepts[i], pz_concept_unref);
  return bytes;
}

/* Caches the last result, because it is needed again and again while the user types a prompt. */
static guint64
needed_bytes (PzWorker *worker, const PzSnapshot *snapshot)
{
  g_autofree char *key = make_key (snapshot);

  if (worker->needed_bytes == 0 || g_strcmp0 (key, worker->needed_key) != 0)
    {
      g_set_str (&worker->needed_key, key);
      worker->needed_bytes = measure_memory (worker, snapshot);
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
    measured->needed_bytes = needed_bytes (worker, measure->snapshot);
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
