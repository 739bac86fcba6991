/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learn-job.h"

#include <glib/gstdio.h>

#include "models/saved-concepts.h"
#include "ui/jobs/worker.h"
#include "ui/learning/learn-times.h"

/* Other processes wait at most this long, plus one step. */
#define SLICE_US (2 * G_USEC_PER_SEC)
#define N_SAMPLES 4 /* made automatically during a whole run */
/* Class pictures for each picture of the thing, if the method supports prior preservation. */
#define PRIOR_PER_PICTURE 8
/* A rare word of CLIP's vocabulary that DreamBooth's examples use. */
#define RARE_WORD "sks"

typedef struct
{
  PzJob job;
  PzLesson *lesson;
  gboolean resume;
  char *prompt; /* for sample pictures; NULL = none */
  const PzLearnEvents *events;
  gpointer data;
  /* Used by the worker thread only. */
  PzWorker *worker;
  PzTurn *turn;
  gint64 slice_us; /* start of the current slice */
  guint n_steps, sample_every;
  GPtrArray *pictures, *masks; /* PzImage */
  char *name; /* the word for the thing */
  char **people; /* the words for people */
  PzBasis *basis; /* in which people are searched for */
  /* The result. */
  char **paths; /* of the saved concepts */
  GError *error;
} LearnJob;

/* ---- messages ---- */

typedef struct
{
  PzMessage message;
  LearnJob *learning; /* outlives its messages, because they are delivered first */
  guint64 needed_bytes, free_bytes;
} Memory;

static void
deliver_memory (PzMessage *message, PzJobQueue *queue)
{
  const Memory *memory = (Memory *) message;
  const LearnJob *learning = memory->learning;

  (void) queue;
  if (learning->events->memory)
    learning->events->memory (memory->needed_bytes, memory->free_bytes, learning->data);
}

static void
free_message (PzMessage *message)
{
  g_free (message);
}

typedef struct
{
  PzMessage message;
  LearnJob *learning;
  PzLearnStep step;
} Step;

static void
deliver_step (PzMessage *message, PzJobQueue *queue)
{
  const Step *step = (Step *) message;

  (void) queue;
  if (step->learning->events->step)
    step->learning->events->step (&step->step, step->learning->data);
}

typedef struct
{
  PzMessage message;
  LearnJob *learning;
  guint step;
  PzImage *image;
} Sample;

static void
deliver_sample (PzMessage *message, PzJobQueue *queue)
{
  const Sample *sample = (Sample *) message;

  (void) queue;
  if (sample->learning->events->sample)
    sample->learning->events->sample (sample->step, sample->image, sample->learning->data);
}

static void
free_sample (PzMessage *message)
{
  pz_image_unref (((Sample *) message)->image);
  g_free (message);
}

/* Called while the pictures are loaded and encoded. */
static void
on_progress (const PzProgress *progress, gpointer data)
{
  pz_worker_on_progress (progress, ((LearnJob *) data)->worker);
}

/* ---- steps and samples ---- */

/* Records the time for later forecasts. */
static void
on_forecast (double seconds, gpointer data)
{
  const LearnJob *learning = data;
  PzSession *session = learning->worker->session;
  const PzLearnMethod *method =
    pz_learn_method_find (pz_lesson_get_params (learning->lesson)->method);

  if (!learning->resume)
    pz_learn_times_keep (pz_session_get_model (session)->path,
                         pz_session_get_device_name (session), method->name,
                         seconds / (double) (learning->n_steps * method->batch));
}

static void
on_step (const PzLearnStep *told, gpointer data)
{
  LearnJob *learning = data;
  Step *step = g_new (Step, 1);

  *step = (Step) { { deliver_step, free_message }, learning, *told };
  pz_worker_say (learning->worker, &step->message);
  if (told->is_past || g_get_monotonic_time () < learning->slice_us + SLICE_US)
    return;
  /* An error means cancelled; then the next step does not start. */
  pz_turn_hand_over (learning->turn, learning->job.cancellable, NULL);
  learning->slice_us = g_get_monotonic_time ();
}

typedef struct
{
  LearnJob *learning;
  guint step;
} Painting;

static gboolean
on_picture (const PzVariant *variant, gpointer data, GError **error)
{
  const Painting *painting = data;
  Sample *sample = g_new (Sample, 1);

  (void) error;
  *sample = (Sample) { { deliver_sample, free_sample },
                       painting->learning,
                       painting->step,
                       pz_image_ref (variant->image) };
  pz_worker_say (painting->learning->worker, &sample->message);
  return TRUE;
}

/* The prompt of a requested sample picture. (transfer full), NULL = none was requested. */
static char *
take_wish (LearnJob *learning)
{
  return g_async_queue_try_pop (learning->worker->wishes);
}

/* Called after every step. */
static gboolean
on_sample (guint step,
           PzConcept *const concepts[],
           guint n_concepts,
           gpointer data,
           GError **error)
{
  LearnJob *learning = data;
  g_autofree char *wish = take_wish (learning);
  const gboolean due = learning->prompt && step > 0 && step % learning->sample_every == 0;
  const PzTaskParams task = { .cancellable = learning->job.cancellable };
  PzGenerateParams params = {
    .prompt = wish ? wish : learning->prompt,
    .variants = 1,
    .guidance = -1.0,
    .fidelity = -1.0,
    .seed = pz_lesson_get_params (learning->lesson)->seed,
  };
  Painting painting = { learning, step };

  if (!wish && !due)
    return TRUE;
  return pz_session_generate (learning->worker->session, &params, concepts, n_concepts, &task,
                              on_picture, &painting, error);
}

/* ---- the work ---- */

/* A mask that includes everything: if any picture has a mask, learning requires one for each picture. (transfer full) */
static PzImage *
whole_mask (const PzImage *picture)
{
  const gsize n = (gsize) pz_image_get_width (picture) * pz_image_get_height (picture);
  float *inside = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    inside[i] = 1.0f;
  return pz_image_new_take (pz_image_get_width (picture), pz_image_get_height (picture), 1,
                            inside);
}

static gboolean
load_pictures (LearnJob *learning, GError **error)
{
  gboolean any = FALSE;

  learning->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  learning->masks = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  for (guint i = 0; i < pz_lesson_get_n_pictures (learning->lesson); i++)
    {
      PzImage *mask, *picture = pz_lesson_load (learning->lesson, i, &mask, error);

      if (!picture)
        {
          g_clear_pointer (&mask, pz_image_unref);
          return FALSE;
        }
      any = any || mask;
      g_ptr_array_add (learning->pictures, picture);
      g_ptr_array_add (learning->masks, mask ? mask : whole_mask (picture));
    }
  if (!any)
    g_clear_pointer (&learning->masks, g_ptr_array_unref);
  return TRUE;
}

/* The word that stands for the thing in published files. For a LoRA it is RARE_WORD; otherwise it is not in the vocabulary,
 * because learning would overwrite an existing word. (transfer full) */
static char *
word_for (const char *title, PzTrains trains)
{
  g_autofree char *ascii = g_str_to_ascii (title, "C");
  GString *word = g_string_new ("<");

  if (trains == PZ_TRAINS_LORA)
    {
      g_string_free (word, TRUE);
      return g_strdup (RARE_WORD);
    }
  for (const char *c = ascii; *c && word->len < 40; c++)
    g_string_append_c (word, g_ascii_isalnum (*c) ? g_ascii_tolower (*c) : '-');
  g_string_append (word, "-1>");
  return g_string_free_and_steal (word);
}

/* Sets the words that stand for people in published files, and the basis in which people are searched for. */
static gboolean
prepare_people (LearnJob *learning, const PzLessonParams *lesson, GError **error)
{
  const PzModelInfo *model = pz_session_get_model (learning->worker->session);
  const guint n = lesson->people ? g_strv_length ((char **) lesson->people) : 0;
  g_auto (GStrv) names = g_strsplit (lesson->names ? lesson->names : "", "\n", -1);

  learning->people = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    learning->people[i] = word_for (lesson->people[i], PZ_TRAINS_PEOPLE);
  for (guint i = 0; names[i]; i++)
    g_strstrip (names[i]);
  learning->basis =
    pz_basis_new (model->path, (const char *const *) names, learning->job.cancellable, error);
  return learning->basis != NULL;
}

static gboolean
prepare (LearnJob *learning, PzLearnParams *params, GError **error)
{
  const PzLessonParams *lesson = pz_lesson_get_params (learning->lesson);
  const PzLearnMethod *method = pz_learn_method_find (lesson->method);

  if (method->trains != PZ_TRAINS_PEOPLE)
    learning->name = word_for (lesson->title, method->trains);
  else if (!prepare_people (learning, lesson, error))
    return FALSE;
  *params = (PzLearnParams) {
    .method = lesson->method,
    .images = (PzImage *const *) learning->pictures->pdata,
    .masks = learning->masks ? (PzImage *const *) learning->masks->pdata : NULL,
    .n_images = learning->pictures->len,
    .name = learning->name,
    .people = (const char *const *) learning->people,
    .basis = learning->basis,
    .features = lesson->features,
    .title = learning->name ? lesson->title : NULL,
    .class_word = lesson->class_word && *lesson->class_word ? lesson->class_word : NULL,
    .steps = lesson->steps,
    .seed = lesson->seed,
    .masked = pz_lesson_is_masked (learning->lesson) && learning->masks,
    .prior = method->takes_prior
               ? MIN (PRIOR_PER_PICTURE * learning->pictures->len, method->prior)
               : 0,
    .checkpoint = pz_lesson_get_checkpoint (learning->lesson),
    .resume = learning->resume,
  };
  return TRUE;
}

static void
say_memory (LearnJob *learning, const PzLearnParams *params)
{
  PzSession *session = learning->worker->session;
  Memory *memory;
  guint64 bytes;

  if (!pz_session_measure_learning (session, params, 0, &bytes, NULL, NULL))
    return; /* learning itself reports the reason */
  memory = g_new (Memory, 1);
  *memory =
    (Memory) { { deliver_memory, free_message },
               learning,
               bytes,
               pz_session_get_free_bytes (session) + pz_session_get_used_bytes (session) };
  pz_worker_say (learning->worker, &memory->message);
}

/* The path to save to; never an existing file. (transfer full) */
static char *
path_for (const PzLessonParams *lesson, const char *title)
{
  g_autofree char *file = g_strconcat (title, PZ_CONCEPT_ENDING, NULL);
  g_autofree char *path = NULL;

  g_strdelimit (file, G_DIR_SEPARATOR_S, '-');
  if (lesson->out)
    path = lesson->people ? g_build_filename (lesson->out, file, NULL) : g_strdup (lesson->out);
  if (path && !g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  return pz_saved_concept_free_path (title);
}

/* Saves one concept for each person, or the single one, under the names that the user typed. Saves all or none. */
static gboolean
save (LearnJob *learning, GPtrArray *concepts, GError **error)
{
  const PzLessonParams *lesson = pz_lesson_get_params (learning->lesson);
  gboolean saved = TRUE;
  guint n = 0;

  learning->paths = g_new0 (char *, concepts->len + 1);
  for (guint i = 0; saved && i < concepts->len; i++)
    {
      const char *title = lesson->people ? lesson->people[i] : lesson->title;
      g_autoptr (PzConcept) concept = pz_concept_rename (concepts->pdata[i], NULL, title);
      g_autofree char *folder = NULL;

      learning->paths[i] = path_for (lesson, title);
      folder = g_path_get_dirname (learning->paths[i]);
      g_mkdir_with_parents (folder, 0700);
      saved = pz_concept_save (concept, learning->paths[i], error);
      n += saved ? 1 : 0;
    }
  for (guint i = 0; !saved && i < n; i++)
    g_unlink (learning->paths[i]);
  if (!saved)
    g_clear_pointer (&learning->paths, g_strfreev);
  return saved;
}

guint
pz_learn_count_steps (const PzLearnParams *params)
{
  const PzLearnMethod *method = pz_learn_method_find (params->method);

  if (params->steps)
    return params->steps;
  return method->steps * (params->people ? params->n_images : 1);
}

static gboolean
learn (LearnJob *learning, GError **error)
{
  PzWorker *worker = learning->worker;
  PzLearnTask task = {
    .cancellable = learning->job.cancellable,
    .progress = on_progress,
    .forecast = on_forecast,
    .step = on_step,
    .sample = on_sample,
    .sample_every = 1,
    .data = learning,
  };
  g_autoptr (GPtrArray) concepts = NULL;
  PzLearnParams params;

  if (!load_pictures (learning, error)
      || !pz_worker_open (worker, learning->job.cancellable, error))
    return FALSE;
  if (!prepare (learning, &params, error))
    return FALSE;
  learning->n_steps = pz_learn_count_steps (&params);
  learning->sample_every = MAX (learning->n_steps / N_SAMPLES, 1);
  say_memory (learning, &params);
  concepts = pz_session_learn (worker->session, &params, &task, error);
  return concepts && save (learning, concepts, error);
}

static void
run_learn (PzJob *job, PzWorker *worker)
{
  LearnJob *learning = (LearnJob *) job;
  g_autoptr (PzTurn) turn = pz_worker_take_turn (worker, job->cancellable, &learning->error);

  if (!turn)
    return;
  learning->worker = worker;
  learning->turn = turn;
  learning->slice_us = g_get_monotonic_time ();
  learn (learning, &learning->error);
  pz_worker_check (worker, learning->error);
}

static void
deliver_learn (PzJob *job, PzJobQueue *queue)
{
  LearnJob *learning = (LearnJob *) job;

  pz_job_queue_end_run (queue);
  learning->events->finished ((const char *const *) learning->paths, learning->error,
                              learning->data);
}

static void
free_learn (PzJob *job)
{
  LearnJob *learning = (LearnJob *) job;

  g_object_unref (job->cancellable);
  g_free (learning->prompt);
  g_free (learning->name);
  g_strfreev (learning->people);
  g_clear_pointer (&learning->basis, pz_basis_free);
  g_strfreev (learning->paths);
  g_clear_pointer (&learning->pictures, g_ptr_array_unref);
  g_clear_pointer (&learning->masks, g_ptr_array_unref);
  g_clear_error (&learning->error);
  g_free (learning);
}

static const PzJobClass learn_class = { run_learn, deliver_learn, free_learn };

static void
forget_wishes (PzJobQueue *queue)
{
  char *wish;

  while ((wish = g_async_queue_try_pop (queue->worker.wishes)))
    g_free (wish);
}

void
pz_job_queue_learn (PzJobQueue *queue,
                    const PzLearnTaking *taking,
                    const PzLearnEvents *events,
                    gpointer data)
{
  LearnJob *learning = g_new0 (LearnJob, 1);

  g_return_if_fail (!queue->running);
  forget_wishes (queue);
  learning->job.klass = &learn_class;
  learning->lesson = taking->lesson;
  learning->resume = taking->resume;
  learning->prompt = taking->prompt && *taking->prompt ? g_strdup (taking->prompt) : NULL;
  learning->events = events;
  learning->data = data;
  pz_job_queue_push_run (queue, &learning->job);
}

void
pz_job_queue_try (PzJobQueue *queue, const char *prompt)
{
  if (queue->running && *prompt)
    g_async_queue_push (queue->worker.wishes, g_strdup (prompt));
}
