/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learning on a queue's worker: from a lesson to a saved concept. It is a run like any other (pz_job_queue_stop () pauses it,
 * and the lesson keeps how far it came), but gives the device away between slices of some seconds.
 *
 * Thread: main.
 */
#pragma once

#include "ui/job.h"
#include "ui/learning/lesson.h"

G_BEGIN_DECLS

/* All pointers are good during the call only. Any may be NULL. */
typedef struct
{
  /* What it will hold of the device's memory, before it begins. */
  void (*memory) (guint64 needed_bytes, guint64 free_bytes, gpointer data);
  void (*step) (const PzLearnStep *step, gpointer data);
  /* A picture of what was learned by then. */
  void (*sample) (guint step, PzImage *image, gpointer data);
  /* Always, last. paths: of the saved concepts, one of each person, else one; NULL + error: CANCELLED = it can be gone on with. */
  void (*finished) (const char *const *paths, const GError *error, gpointer data);
} PzLearnEvents;

typedef struct
{
  PzLesson *lesson; /* outlives the run */
  gboolean resume; /* go on from its checkpoint */
  const char *prompt; /* of sample pictures; NULL or "" = none are made by themselves */
} PzLearnTaking;

/* Nothing may be running. */
void pz_job_queue_learn (PzJobQueue *queue,
                         const PzLearnTaking *taking,
                         const PzLearnEvents *events,
                         gpointer data);

/* What learning would need, before it begins. */
typedef struct
{
  guint64 needed_bytes,
    free_bytes; /* of the device's memory; free: with what is held already */
  double seconds; /* as it took here before; < 0 = it never did */
  gboolean knows_class; /* the class word is one token of the model's vocabulary */
} PzForecast;

/* forecast NULL = nothing can be said: no model is open, or learning will say what is wrong. */
typedef void (*PzForecastFunc) (const PzForecast *forecast, gpointer data);

/* Only the last of several questions is answered. */
void pz_job_queue_forecast (PzJobQueue *queue,
                            const char *method,
                            const char *class_word,
                            guint n_pictures,
                            PzForecastFunc done,
                            gpointer data);

/* words: those that are one token of the model's vocabulary, NULL at the end; none without a model. */
typedef void (*PzWordsFunc) (const char *const words[], gpointer data);

/* Asks the open model which of the words it knows. words: NULL at the end, copied. */
void pz_job_queue_find_words (PzJobQueue *queue,
                              const char *const words[],
                              PzWordsFunc done,
                              gpointer data);

/* A sample picture of that prompt after the step under way, whatever comes by itself. Nothing unless it is learning. */
void pz_job_queue_try (PzJobQueue *queue, const char *prompt);

G_END_DECLS
