/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The run modes non-interactive and with-last-values: runs the dialog's worker and waits for it.
 */
#include "plugin/run.h"

#include <glib/gi18n.h>

#include "plugin/settings-bind.h"
#include "plugin/wait.h"
#include "ui/job.h"
#include "ui/note-text.h"
#include "ui/run.h"

typedef struct
{
  gboolean over; /* ends pz_wait () */
  PzHostConcept *concept;
  PzHostStart *start;
  PzRun *made;
  GError *error;
} Run;

static void
on_opened (const PzOpened *opened, const GError *error, gpointer data)
{
  Run *run = data;

  (void) opened;
  if (!error)
    return;
  run->error = g_error_copy (error);
  run->over = TRUE;
}

static void
on_note (PzNote note, const char *sentence, gpointer data)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", pz_note_text (note), sentence);

  (void) data;
  gimp_message (text);
}

static void
on_variant (const PzHostResult *result, gpointer data)
{
  Run *run = data;

  pz_run_keep (run->made, result);
}

static void
on_finished (const GError *error, gpointer data)
{
  Run *run = data;

  if (error && !run->error)
    run->error = g_error_copy (error);
  run->over = TRUE;
}

static const PzJobEvents job_events = {
  .opened = on_opened,
  .progress = pz_show_progress,
  .variant = on_variant,
  .note = on_note,
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
  g_autoptr (GFile) model = NULL;
  g_autofree char *path = NULL, *device = NULL;

  g_object_get (settings, "model-folder", &model, "device", &device, NULL);
  path = model ? g_file_get_path (model) : NULL;
  pz_job_queue_open (queue, path, *device ? device : NULL);
  pz_job_queue_generate (queue, concept, snapshot);
  pz_wait (&run->over);
}

/* ---- calls to the host ---- */

static void
on_done (const GError *error, gpointer data)
{
  Run *run = data;

  run->error = error ? g_error_copy (error) : NULL;
  run->over = TRUE;
}

/* Results are not lost: they go into a new image if the image refuses them or, with displays, if it was closed meanwhile. */
static gboolean
add (Run *run, const PzHost *host, gboolean with_displays)
{
  pz_run_add (run->made, host, FALSE, on_done, run);
  pz_wait (&run->over);
  if (g_error_matches (run->error, PZ_HOST_ERROR, PZ_HOST_ERROR_REFUSED)
      || (with_displays
          && g_error_matches (run->error, PZ_HOST_ERROR, PZ_HOST_ERROR_IMAGE_CLOSED)))
    {
      g_clear_error (&run->error);
      pz_run_add (run->made, host, TRUE, on_done, run);
      pz_wait (&run->over);
    }
  return run->error == NULL;
}

static void
on_start (PzHostStart *start, const GError *error, gpointer data)
{
  Run *run = data;

  run->start = start;
  on_done (error, run);
}

/* Reads what is painted over. FALSE = it was requested, but there is none. */
static gboolean
read_start (Run *run, PzSnapshot *snapshot, PzSettings *settings, const PzHost *host)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  double aspect = 1;

  if (!pz_settings_paint_over (settings))
    return TRUE;
  if (snapshot->params.width && snapshot->params.height)
    aspect = (double) snapshot->params.width / snapshot->params.height;
  host->klass->read_start (host->host, snapshot->target, aspect, cancellable, on_start, run);
  pz_wait (&run->over);
  snapshot->start = run->start;
  return snapshot->start != NULL;
}

static void
on_concept (PzHostConcept *concept, const GError *error, gpointer data)
{
  Run *run = data;

  run->concept = concept;
  on_done (error, run);
}

/* (transfer full) */
static PzHostConcept *
read_concept (Run *run, const PzHost *host, const char *mask_source, double room)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  host->klass->read_concept (host->host, mask_source, room, cancellable, on_concept, run);
  pz_wait (&run->over);
  return g_steal_pointer (&run->concept);
}

GimpPDBStatusType
pz_run_straight (GimpProcedureConfig *config, PzGimpHost *gimp, GError **error)
{
  const PzHost *host = pz_gimp_host_get_host (gimp);
  g_autoptr (PzSettings) settings = pz_settings_new ();
  g_autofree char *mask_source = NULL;
  PzHostConcept *concept;
  PzSnapshot *snapshot;
  Run run = { 0 };
  gboolean added;

  pz_settings_bind (settings, config);
  mask_source = pz_settings_get_mask_source (settings);
  snapshot = pz_settings_snapshot (settings);
  concept = pz_settings_use_layer (settings)
              ? read_concept (&run, host, mask_source, snapshot->room)
              : NULL;
  if (run.error || !read_start (&run, snapshot, settings, host))
    {
      g_propagate_error (error, run.error);
      g_clear_pointer (&concept, pz_host_concept_free);
      pz_snapshot_free (snapshot);
      return GIMP_PDB_EXECUTION_ERROR;
    }

  /* A script gets its results as the return value, and users would not know what a later dialog offers to restore. */
  snapshot->recovery = snapshot->recovery && pz_gimp_host_has_displays (gimp);
  gimp_progress_init (_ ("Personalizing"));
  run.made = pz_run_new (snapshot);
  generate (&run, settings, host, concept, snapshot);
  gimp_progress_end ();
  added = !run.error && add (&run, host, pz_gimp_host_has_displays (gimp));
  pz_run_free (run.made);
  if (!added)
    g_propagate_error (error, run.error);
  return added ? GIMP_PDB_SUCCESS : GIMP_PDB_EXECUTION_ERROR;
}
