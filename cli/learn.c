/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize learn METHOD: learns a concept from pictures of a thing.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/concept-output.h"
#include "cli/image-file.h"
#include "cli/json.h"
#include "cli/learn-people.h"
#include "cli/loss-curve.h"
#include "cli/output-file.h"
#include "cli/terminal.h"
#include "models/files/people-file.h"

#define SAMPLE_EVERY 100

typedef struct
{
  const PzLearnOptions *options;
  PzSession *session;
  GCancellable *cancellable;
  gboolean talk; /* print a progress line that overwrites itself on the terminal */
  GArray *steps; /* PzLearnStep */
  PzPeopleLayer
    *layer; /* shared by the people; NULL until it is learned, or if they share none */
} Job;

static void
job_clear (Job *job)
{
  g_clear_pointer (&job->session, pz_session_close);
  g_clear_pointer (&job->steps, g_array_unref);
  g_clear_pointer (&job->layer, pz_people_layer_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* ---- progress ---- */

static JsonBuilder *
event_new (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "event", event);
  return builder;
}

/* Prints one line of JSON. Takes ownership of the builder. */
static void
event_print (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  printf ("%s\n", text);
  fflush (stdout);
  g_object_unref (builder);
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  const Job *job = data;

  if (job->talk)
    fprintf (stderr, "\r\033[K%3.0f%%  preparing the pictures", 100.0 * progress->fraction);
}

static void
on_forecast (double seconds, gpointer data)
{
  const Job *job = data;
  const gboolean at_most = job->options->params.until_still;

  if (job->talk)
    fprintf (stderr, "\r\033[K%s %.0f s\n", at_most ? "at most" : "about", ceil (seconds));
  if (job->options->json)
    {
      JsonBuilder *builder = event_new ("forecast");

      pz_json_add_number (builder, "seconds", seconds);
      pz_json_add_bool (builder, "at_most", at_most);
      event_print (builder);
    }
}

static void
on_step (const PzLearnStep *step, gpointer data)
{
  Job *job = data;
  g_array_append_val (job->steps, *step);
  if (step->is_past)
    return;
  if (job->talk)
    fprintf (stderr, "\r\033[Kstep %u of %u, loss %.4f, level %.3f, %s %.0f s left", step->step,
             step->n_steps, step->loss, step->level,
             job->options->params.until_still ? "at most" : "about", ceil (step->seconds_left));
  if (!job->options->json)
    return;

  JsonBuilder *builder = event_new ("step");

  pz_json_add_int (builder, "step", step->step);
  pz_json_add_int (builder, "steps", step->n_steps);
  json_builder_set_member_name (builder, "loss");
  json_builder_add_double_value (builder, step->loss);
  json_builder_set_member_name (builder, "level");
  json_builder_add_double_value (builder, step->level);
  if (step->still_loss >= 0.0)
    {
      json_builder_set_member_name (builder, "fixed_batch_loss");
      json_builder_add_double_value (builder, step->still_loss);
    }
  pz_json_add_number (builder, "seconds_left", step->seconds_left);
  pz_json_add_bool (builder, "skipped", step->skipped);
  event_print (builder);
}

/* ---- sample pictures ---- */

typedef struct
{
  const Job *job;
  guint step, prompt;
} Sample;

static gboolean
save_sample (const PzVariant *variant, gpointer data, GError **error)
{
  const Sample *sample = data;
  g_autofree char *folder = g_path_get_dirname (sample->job->options->out);
  g_autofree char *base = g_path_get_basename (sample->job->options->out);
  g_autofree char *stem =
    g_strdup_printf ("%s.sample-%u-%u", base, sample->step, sample->prompt + 1);
  const PzPngText text = { "personalize", variant->recipe };
  g_autoptr (GBytes) png = pz_image_to_png (variant->image, &text, 1, error);
  g_autofree char *path = NULL;

  /* Takes a free name, so that samples of an earlier run are kept. An error here would lose what was learned. */
  if (png != NULL)
    path = pz_output_add (folder, stem, "png", g_bytes_get_data (png, NULL),
                          g_bytes_get_size (png), error);
  if (path == NULL)
    return FALSE;
  if (sample->job->options->json)
    {
      JsonBuilder *builder = event_new ("sample");

      pz_json_add_int (builder, "step", sample->step);
      pz_json_add_string (builder, "file", path);
      event_print (builder);
    }
  return TRUE;
}

static PzGenerateParams
sample_params (const char *prompt)
{
  return (PzGenerateParams) { .prompt = prompt, .guidance = -1.0, .fidelity = -1.0 };
}

static gboolean
on_sample (guint step,
           PzConcept *const concepts[],
           guint n_concepts,
           gpointer data,
           GError **error)
{
  const Job *job = data;
  const PzTaskParams task = { .cancellable = job->cancellable };
  char **prompts = job->options->samples;

  for (guint i = 0; prompts != NULL && prompts[i] != NULL; i++)
    {
      const PzGenerateParams params = sample_params (prompts[i]);
      Sample sample = { job, step, i };

      if (!pz_session_generate (job->session, &params, concepts, n_concepts, &task, save_sample,
                                &sample, error))
        return FALSE;
    }
  return TRUE;
}

static void
on_layer (const PzPeopleLayer *layer, gpointer data)
{
  ((Job *) data)->layer = pz_people_layer_copy (layer);
}

static gboolean
check_samples (const Job *job, GError **error)
{
  char **prompts = job->options->samples;

  for (guint i = 0; prompts != NULL && prompts[i] != NULL; i++)
    {
      const PzGenerateParams params = sample_params (prompts[i]);

      if (!pz_generate_params_check (&params, pz_session_get_model (job->session), error))
        return FALSE;
    }
  return TRUE;
}

/* ---- before and after ---- */

/* Reports how much memory learning needs, before anything is loaded. */
static gboolean
forecast (const Job *job, GError **error)
{
  const PzLearnOptions *o = job->options;
  guint64 bytes;
  guint part;

  if (!pz_session_measure_learning (job->session, &o->params, 0, &bytes, &part, error))
    return FALSE;
  if (job->talk)
    fprintf (stderr, "about %" G_GUINT64_FORMAT " MiB of memory on %s, %u sample%s at once\n",
             bytes >> 20, pz_session_get_device_name (job->session), part,
             part == 1 ? "" : "s");
  if (o->json)
    {
      JsonBuilder *builder = event_new ("start");

      pz_json_add_int (builder, "device_bytes", (gint64) bytes);
      pz_json_add_int (builder, "samples_at_once", part);
      pz_json_add_string (builder, "device", pz_session_get_device_name (job->session));
      event_print (builder);
    }
  return TRUE;
}

static gboolean
save_losses (const Job *job, GError **error)
{
  const PzLearnOptions *o = job->options;

  return job->steps->len == 0
         || (pz_loss_curve_save_csv (job->steps, o->loss_table, o->replaces, error)
             && pz_loss_curve_save_png (job->steps, o->loss_picture, o->replaces, error));
}

static gboolean
save_concepts (const Job *job, GPtrArray *concepts, GError **error)
{
  const PzLearnOptions *o = job->options;
  const char *out = o->out;

  if (!(o->people != NULL
          ? pz_learn_people_write (o, concepts, job->layer, job->steps->len, error)
          : pz_concept_output_write (concepts->pdata[0], out, o->replaces, error)))
    return FALSE;
  if (job->options->json)
    {
      JsonBuilder *builder = event_new ("done");

      pz_json_add_string (builder, "out", out);
      pz_json_add_int (builder, "steps", job->steps->len);
      pz_json_add_int (builder, "peak_device_bytes",
                       (gint64) pz_session_get_peak_bytes (job->session));
      event_print (builder);
    }
  else
    {
      g_autofree char *shown = isatty (STDOUT_FILENO) ? pz_show (out) : g_strdup (out);

      printf ("%s\n", shown);
    }
  return TRUE;
}

static gboolean
learn (Job *job, PzLearnOptions *o, GError **error)
{
  const PzLearnTask task = {
    .cancellable = job->cancellable,
    .progress = on_progress,
    .forecast = on_forecast,
    .step = on_step,
    .sample = on_sample,
    .sample_every = o->samples == NULL                    ? 0
                    : o->sample_every == PZ_NOT_GIVEN_INT ? SAMPLE_EVERY
                                                          : (guint) o->sample_every,
    .layer = on_layer,
    .data = job,
  };
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (GPtrArray) concepts = NULL;

  if (o->people != NULL && !pz_learn_people_load_basis (o, beside, error))
    return FALSE;
  job->session = pz_session_open (
    &(PzSessionParams) {
      .model = o->model,
      .beside = beside,
      .device = o->device,
      .f32 = o->f32,
      .packs_weights = o->packs_weights,
      .cancellable = job->cancellable,
    },
    error);
  if (job->session == NULL || !check_samples (job, error) || !forecast (job, error))
    return FALSE;
  /* Checkpoints go into the folder of the result; the first is written after half a minute. */
  if (!pz_output_make_folder (o->out, error))
    return FALSE;
  concepts = pz_session_learn (job->session, &o->params, &task, error);
  if (job->talk)
    fprintf (stderr, "\r\033[K");
  if (concepts == NULL)
    {
      save_losses (job, NULL);
      return FALSE;
    }
  return save_losses (job, error) && save_concepts (job, concepts, error);
}

/* The same command line, with --resume. (transfer full) */
static char *
command_to_go_on (char **argv)
{
  GString *text = g_string_new ("personalize");
  gboolean resumes = FALSE;

  for (guint i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *quoted = g_shell_quote (argv[i]);
      const gboolean plain =
        argv[i][0] != '\0'
        && argv[i][strspn (argv[i], G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_./=")] == '\0';

      resumes = resumes || g_str_equal (argv[i], "--resume");
      g_string_append_printf (text, " %s", plain ? argv[i] : quoted);
    }
  if (!resumes)
    g_string_append (text, " --resume");
  return g_string_free_and_steal (text);
}

static void
print_error (const GError *error)
{
  JsonBuilder *builder = event_new ("error");

  pz_json_add_error (builder, error);
  event_print (builder);
}

static int
run (int argc, char **argv)
{
  g_auto (PzLearnOptions) o = PZ_LEARN_OPTIONS_INIT;
  g_auto (GStrv) given = g_strdupv (argv);
  g_auto (Job) job = {
    .options = &o,
    .cancellable = pz_interrupt (),
    .steps = g_array_new (FALSE, FALSE, sizeof (PzLearnStep)),
  };
  GError *error = NULL;
  int status;

  if (!pz_options_parse (&pz_command_learn, &o, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return pz_refuse_usage (&pz_command_learn, o.json,
                            "learn takes one method, found %d; see personalize learn --help",
                            argc - 1);
  job.talk = !o.json && isatty (STDERR_FILENO);
  if (pz_learn_options_understand (&o, argv[1], &error) && learn (&job, &o, &error))
    return PZ_EXIT_OK;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && g_file_test (o.checkpoint, G_FILE_TEST_EXISTS))
    {
      g_autofree char *command = command_to_go_on (given);

      fprintf (stderr, "personalize: to continue: %s\n", command);
    }
  return pz_command_fail (&pz_command_learn, o.json, error);
}

const PzCommand pz_command_learn = {
  .name = "learn",
  .about = "learn a concept from pictures of a thing",
  .summary = "Learns a concept from pictures of a thing, for use with generate.",
  .details = pz_learn_options_describe,
  .parameters = "METHOD",
  .options = pz_learn_options,
  .run = run,
  .print_error = print_error,
};
