/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the words that are one token of the open model's vocabulary: methods that start from a class word can start from
 * these.
 */
#include "ui/jobs/worker.h"
#include "ui/learn-job.h"

typedef struct
{
  PzJob job;
  GStrv words;
  PzWordsFunc done;
  gpointer data;
  GStrv known;
} WordsJob;

static void
run_words (PzJob *job, PzWorker *worker)
{
  WordsJob *asked = (WordsJob *) job;
  g_autoptr (GStrvBuilder) known = g_strv_builder_new ();

  for (guint i = 0; worker->session && asked->words[i]; i++)
    if (pz_session_count_tokens (worker->session, asked->words[i]) == 1)
      g_strv_builder_add (known, asked->words[i]);
  asked->known = g_strv_builder_end (known);
}

static void
deliver_words (PzJob *job, PzJobQueue *queue)
{
  const WordsJob *asked = (WordsJob *) job;

  (void) queue;
  asked->done ((const char *const *) asked->known, asked->data);
}

static void
free_words (PzJob *job)
{
  WordsJob *asked = (WordsJob *) job;

  g_strfreev (asked->words);
  g_strfreev (asked->known);
  g_free (asked);
}

static const PzJobClass words_class = { run_words, deliver_words, free_words };

void
pz_job_queue_find_words (PzJobQueue *queue,
                         const char *const words[],
                         PzWordsFunc done,
                         gpointer data)
{
  WordsJob *asked = g_new0 (WordsJob, 1);

  asked->job.klass = &words_class;
  asked->words = g_strdupv ((char **) words);
  asked->done = done;
  asked->data = data;
  pz_job_queue_push (queue, &asked->job);
}
