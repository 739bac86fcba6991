/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Non-interactive and with-last-values: the same worker as the dialog's, waited for.
 */
#include "plugin/run.h"

#include <glib/gi18n.h>

#include "plugin/settings-bind.h"
#include "ui/job.h"
#include "ui/progress-text.h"

typedef struct
{
  GMainLoop *loop;
  GArray *results; /* PzHostResult */
  GError *error;
} Run;

static void
on_opened (const PzModelInfo *model, const char *device, const GError *error, gpointer data)
{
  Run *run = data;

  (void) model;
  (void) device;
  if (!error)
    return;
  run->error = g_error_copy (error);
  g_main_loop_quit (run->loop);
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  g_autofree char *text = pz_progress_text (progress);

  (void) data;
  gimp_progress_set_text (text);
  gimp_progress_update (CLAMP (progress->fraction, 0, 1));
}

static void
on_variant (const PzHostResult *result, gpointer data)
{
  Run *run = data;

  pz_host_results_keep (run->results, result);
}

static void
on_finished (const GError *error, gpointer data)
{
  Run *run = data;

  if (error && !run->error)
    run->error = g_error_copy (error);
  g_main_loop_quit (run->loop);
}

static const PzJobEvents job_events = {
  .opened = on_opened,
  .progress = on_progress,
  .variant = on_variant,
  .finished = on_finished,
};

static void
generate (Run *run,
          PzSettings *settings,
          const PzHost *host,
          PzHostConcept *concept,
          PzSnapshot *snapshot)
{
  g_autoptr (PzJobQueue) queue = pz_job_queue_new (host->beside, &job_events, run);
  g_autoptr (GFile) folder = NULL;
  g_autofree char *path = NULL, *device = NULL;

  g_object_get (settings, "model-folder", &folder, "device", &device, NULL);
  path = folder ? g_file_get_path (folder) : NULL;
  run->loop = g_main_loop_new (NULL, FALSE);
  pz_job_queue_open (queue, path, *device ? device : NULL);
  pz_job_queue_generate (queue, concept, snapshot);
  g_main_loop_run (run->loop);
  g_clear_pointer (&run->loop, g_main_loop_unref);
}

GimpPDBStatusType
pz_run_straight (GimpProcedureConfig *config, PzGimpHost *gimp, GError **error)
{
  const PzHost *host = pz_gimp_host_get_host (gimp);
  g_autoptr (PzSettings) settings = pz_settings_new ();
  g_autofree char *mask_source = NULL, *prompt = NULL;
  Run run = { .results = pz_host_results_new () };
  PzHostConcept *concept;
  gboolean added;

  pz_settings_bind (settings, config);
  g_object_get (settings, "mask-source", &mask_source, "prompt", &prompt, NULL);
  concept = host->klass->get_concept (host->host, mask_source, error);
  if (!concept)
    {
      g_array_unref (run.results);
      return GIMP_PDB_EXECUTION_ERROR;
    }

  gimp_progress_init (_ ("Personalizing"));
  generate (&run, settings, host, concept, pz_settings_snapshot (settings));
  gimp_progress_end ();
  added = !run.error
          && host->klass->add_results (host->host, prompt,
                                       &g_array_index (run.results, PzHostResult, 0),
                                       run.results->len, &run.error);
  g_array_unref (run.results);
  if (!added)
    g_propagate_error (error, run.error);
  return added ? GIMP_PDB_SUCCESS : GIMP_PDB_EXECUTION_ERROR;
}
