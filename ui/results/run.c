/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/run.h"

#include "ui/results/recipe-reader.h"

struct _PzRun
{
  GArray *results; /* PzHostResult */
  char *prompt;
  guint n_wanted;
  PzRunManner manner;
  PzRecovery *recovery; /* NULL = switched off, or all are layers */
  /* Adding in progress. */
  GCancellable *adding; /* NULL = not adding */
  PzHostAddition addition;
  char *comment; /* of the addition; NULL = it has none, or not created yet */
  PzHostDoneFunc done;
  gpointer data;
};

PzRun *
pz_run_new (const PzSnapshot *snapshot)
{
  PzRun *run = g_new0 (PzRun, 1);

  run->results = pz_host_results_new ();
  run->prompt = g_strdup (snapshot->prompt);
  run->n_wanted = snapshot->params.variants;
  run->manner = (PzRunManner) {
    .new_image = snapshot->new_image,
    .native_size = snapshot->native_size,
    .comment = snapshot->comment,
    .mark_origin = snapshot->mark_origin,
    .without_prompt = !snapshot->keep_prompts,
    .start = snapshot->start ? pz_host_start_ref (snapshot->start) : NULL,
  };
  if (snapshot->recovery)
    run->recovery = pz_recovery_new ();
  return run;
}

PzRun *
pz_run_new_recovered (PzRecovery *recovery)
{
  g_autoptr (PzRun) run = g_new0 (PzRun, 1);
  g_autoptr (PzRecipeReader) reader = NULL;

  run->recovery = recovery;
  run->results = pz_recovery_load (recovery);
  pz_recovery_load_manner (recovery, &run->manner);
  run->n_wanted = run->results->len;
  if (run->n_wanted == 0)
    return NULL;
  reader = pz_recipe_reader_new (pz_run_get_result (run, 0)->recipe, NULL);
  run->prompt = g_strdup (pz_recipe_reader_get_text (reader, "prompt"));
  return g_steal_pointer (&run);
}

void
pz_run_free (PzRun *run)
{
  if (run->adding)
    g_cancellable_cancel (run->adding);
  g_clear_object (&run->adding);
  /* A folder without results has nothing to recover. */
  if (run->recovery && run->results->len == 0)
    pz_recovery_discard (run->recovery);
  else
    g_clear_pointer (&run->recovery, pz_recovery_leave);
  g_array_unref (run->results);
  pz_run_manner_clear (&run->manner);
  g_free (run->comment);
  g_free (run->prompt);
  g_free (run);
}

void
pz_run_discard (PzRun *run)
{
  g_clear_pointer (&run->recovery, pz_recovery_discard);
  pz_run_free (run);
}

void
pz_run_keep (PzRun *run, const PzHostResult *result)
{
  pz_host_results_keep (run->results, result);
  pz_recovery_keep (run->recovery, &run->manner, result);
}

guint
pz_run_get_n_wanted (const PzRun *run)
{
  return run->n_wanted;
}

guint
pz_run_get_n_made (const PzRun *run)
{
  return run->results->len;
}

gboolean
pz_run_is_scaled (const PzRun *run)
{
  return !run->manner.new_image && !run->manner.native_size && !run->manner.start;
}

const PzHostResult *
pz_run_get_result (const PzRun *run, guint index)
{
  return &g_array_index (run->results, PzHostResult, index);
}

static char *
comment_of (const PzRun *run)
{
  g_autoptr (PzRecipeReader) reader =
    pz_recipe_reader_new (pz_run_get_result (run, 0)->recipe, NULL);

  return reader ? pz_recipe_reader_to_text (reader) : NULL;
}

static void
on_added (const GError *error, gpointer data)
{
  PzRun *run = data;

  g_clear_object (&run->adding);
  if (!error)
    g_clear_pointer (&run->recovery, pz_recovery_discard);
  run->done (error, run->data);
}

void
pz_run_add (PzRun *run,
            const PzHost *host,
            gboolean new_image,
            PzHostDoneFunc done,
            gpointer data)
{
  g_autoptr (GCancellable) adding = g_cancellable_new ();

  g_return_if_fail (run->results->len > 0 && !run->adding);
  run->addition = (PzHostAddition) {
    .prompt = run->prompt,
    .results = (const PzHostResult *) (gconstpointer) run->results->data,
    .n_results = run->results->len,
    .new_image = new_image || run->manner.new_image,
    .native_size = run->manner.native_size,
    .mark_origin = run->manner.mark_origin,
    .start = run->manner.start,
    .without_prompt = run->manner.without_prompt,
  };
  if (run->manner.comment && !run->comment)
    run->comment = comment_of (run);
  run->addition.comment = run->comment;
  run->done = done;
  run->data = data;
  run->adding = g_object_ref (adding);
  host->klass->add_results (host->host, &run->addition, adding, on_added, run);
}
