/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learning on a queue's worker: from a lesson to a saved concept. It is a run like any other (pz_job_queue_stop ()
 * pauses it, and the lesson keeps its progress), but it lets other processes use the device between slices of a few
 * seconds.
 *
 * Thread: main.
 */
#pragma once

#include "ui/job.h"
#include "ui/learning/lesson.h"

G_BEGIN_DECLS

/* All pointers are valid only during the call. Any member except `finished` may be NULL. */
typedef struct
{
  /* The device memory that it will use, before it starts. */
  void (*memory) (guint64 needed_bytes, guint64 free_bytes, gpointer data);
  void (*step) (const PzLearnStep *step, gpointer data);
  /* A sample picture of what has been learned so far. */
  void (*sample) (guint step, PzImage *image, gpointer data);
  /* Always called, last. paths: the saved concepts, one for each person, else one; NULL + error: CANCELLED = learning
   * can be continued. */
  void (*finished) (const char *const *paths, const GError *error, gpointer data);
} PzLearnEvents;

typedef struct
{
  PzLesson *lesson; /* must outlive the run */
  gboolean resume; /* continue from its checkpoint */
  const char *prompt; /* for sample pictures; NULL or "" = none are made automatically */
} PzLearnTaking;

/* No run may be in progress. */
void pz_job_queue_learn (PzJobQueue *queue,
                         const PzLearnTaking *taking,
                         const PzLearnEvents *events,
                         gpointer data);

/* What learning would need, before it starts. */
typedef struct
{
  guint64 needed_bytes,
    free_bytes; /* device memory; free: with what the session holds already */
  double seconds; /* estimated from earlier runs here; < 0 = there are none */
  gboolean knows_class; /* the class word is one token of the model's vocabulary */
} PzForecast;

/* forecast NULL = there is no forecast: no model is open, or learning itself will report what is wrong. */
typedef void (*PzForecastFunc) (const PzForecast *forecast, gpointer data);

/* Only the last of several requests is answered. */
void pz_job_queue_forecast (PzJobQueue *queue,
                            const char *method,
                            const char *class_word,
                            guint n_pictures,
                            PzForecastFunc done,
                            gpointer data);

/* words: those that are one token of the model's vocabulary, NULL-terminated; empty without a model. */
typedef void (*PzWordsFunc) (const char *const words[], gpointer data);

/* Asks the open model which of the words it knows. words: NULL-terminated, copied. */
void pz_job_queue_find_words (PzJobQueue *queue,
                              const char *const words[],
                              PzWordsFunc done,
                              gpointer data);

/* Requests a sample picture of that prompt after the current step, independently of the automatic ones. Does nothing
 * unless learning is in progress. */
void pz_job_queue_try (PzJobQueue *queue, const char *prompt);

G_END_DECLS
