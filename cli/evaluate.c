/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize evaluate: compares methods in the table that the papers use.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/evaluate-identity.h"
#include "cli/evaluate-report.h"
#include "cli/image-file.h"
#include "cli/json.h"
#include "cli/model-options.h"
#include "cli/output-file.h"
#include "cli/score-options.h"
#include "models/files/file-hash.h"
#include "models/files/model-folder.h"
#include "models/learn.h"

#define RUN "run.json" /* identifies the run in the folder, for --resume */
#define RESULTS "results.json"
#define TABLE "table.csv"
#define REPORT "report.html"
#define JUDGED "judged.txt" /* see judging-journal.h */
#define MOST 10000 /* things, prompts, seeds and paint steps */

typedef struct
{
  char *set, *methods, *model, *out, *clip, *dino, *faces, *recognizer, *basis, *features,
    *device;
  gint things, prompts, seeds, steps, paint_steps;
  gint64 seed;
  gboolean resume, json, f32;
} Options;

static void
options_clear (Options *o)
{
  char **strings[] = { &o->set,   &o->methods,    &o->model, &o->out,      &o->clip,  &o->dino,
                       &o->faces, &o->recognizer, &o->basis, &o->features, &o->device };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (*strings[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  PzSet *set;
  char **methods;
  char *model;
  char *identity; /* what run.json will hold; NULL = it holds it */
  PzBasis *basis;
  PzJournal *journal;
  PzEvaluation e;
  PzResults results;
} Job;

static void
job_clear (Job *job)
{
  pz_results_clear (&job->results);
  g_clear_pointer (&job->set, pz_set_free);
  g_clear_pointer (&job->methods, g_strfreev);
  g_clear_pointer (&job->basis, pz_basis_free);
  g_clear_pointer (&job->journal, pz_journal_close);
  g_free (job->model);
  g_free (job->identity);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* ---- options ---- */

static gboolean
check_method (const char *name, const Options *o, GError **error)
{
  const PzLearnMethod *method = pz_learn_method_find (name);
  g_autoptr (GString) names = g_string_new (PZ_EVALUATE_ELITE);

  if (method != NULL && method->trains == PZ_TRAINS_PEOPLE && o->basis == NULL)
    return pz_bad_option (error, "--basis", "the basis that celeb-basis learns in", "none");
  if (method != NULL || g_str_equal (name, PZ_EVALUATE_ELITE))
    return TRUE;
  for (guint i = 0; pz_learn_method (i) != NULL; i++)
    g_string_append_printf (names, ", %s", pz_learn_method (i)->name);
  return pz_bad_option (error, "--methods", names->str, name);
}

static gboolean
understand_methods (const Options *o, Job *job, GError **error)
{
  if (o->methods == NULL)
    return pz_bad_option (error, "--methods", "names separated by commas", "none");
  job->methods = g_strsplit (o->methods, ",", -1);
  for (guint i = 0; job->methods[i] != NULL; i++)
    {
      g_strstrip (job->methods[i]);
      if (!check_method (job->methods[i], o, error))
        return FALSE;
      for (guint j = 0; j < i; j++)
        if (g_str_equal (job->methods[i], job->methods[j]))
          return pz_bad_option (error, "--methods", "each once", o->methods);
    }
  return TRUE;
}

static gboolean
check_features (const char *features, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; pz_learn_features_name (i) != NULL; i++)
    {
      if (g_strcmp0 (features, pz_learn_features_name (i)) == 0)
        return TRUE;
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", pz_learn_features_name (i));
    }
  return features == NULL || pz_bad_option (error, "--features", names->str, features);
}

static gboolean
check_number (const char *option, gint value, gint most, GError **error)
{
  g_autofree char *expected = g_strdup_printf ("a number from 1 to %d", most);
  g_autofree char *found = g_strdup_printf ("%d", value);

  return value == PZ_NOT_GIVEN_INT || (value >= 1 && value <= most)
         || pz_bad_option (error, option, expected, found);
}

static gboolean
check_seed (gint64 seed, GError **error)
{
  g_autofree char *found = g_strdup_printf ("%" G_GINT64_FORMAT, seed);

  return seed >= 0 || pz_bad_option (error, "--seed", "a whole number, 0 or more", found);
}

static gboolean
check_numbers (const Options *o, GError **error)
{
  return check_number ("--things", o->things, MOST, error)
         && check_number ("--prompts", o->prompts, MOST, error)
         && check_number ("--seeds", o->seeds, MOST, error)
         && check_number ("--paint-steps", o->paint_steps, MOST, error)
         && check_seed (o->seed, error)
         && check_number ("--steps", o->steps, PZ_LEARN_MAX_STEPS, error);
}

/* mask: NULL = none. */
static gboolean
check_picture (const char *path, const char *mask, GError **error)
{
  g_autoptr (PzImage) image = pz_image_load (path, error);
  g_autoptr (PzImage) drawn =
    image != NULL && mask != NULL ? pz_image_load (mask, error) : NULL;

  if (image == NULL || mask == NULL)
    return image != NULL;
  if (drawn == NULL)
    return FALSE;
  if (pz_image_get_width (drawn) == pz_image_get_width (image)
      && pz_image_get_height (drawn) == pz_image_get_height (image))
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected a mask of %ux%u pixels, its picture's, found %ux%u", mask,
               pz_image_get_width (image), pz_image_get_height (image),
               pz_image_get_width (drawn), pz_image_get_height (drawn));
  return FALSE;
}

/* Finds pictures and masks that cannot be used before the work starts. */
static gboolean
check_pictures (const Job *job, GError **error)
{
  for (guint t = 0; t < job->e.n_things; t++)
    {
      const PzSetThing *thing = job->set->things->pdata[t];

      for (guint i = 0; i < thing->images->len; i++)
        if (!check_picture (thing->images->pdata[i],
                            thing->masks != NULL ? thing->masks->pdata[i] : NULL, error))
          {
            g_prefix_error (error, "%s: ", thing->name);
            return FALSE;
          }
    }
  return TRUE;
}

static guint
some (gint asked, guint there)
{
  return asked != PZ_NOT_GIVEN_INT ? MIN ((guint) asked, there) : there;
}

static guint
number_or (gint asked, guint otherwise)
{
  return asked != PZ_NOT_GIVEN_INT ? (guint) asked : otherwise;
}

static gboolean
understand (const Options *o, Job *job, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();

  if (o->set == NULL || o->out == NULL)
    return pz_bad_option (error, o->set == NULL ? "--set" : "--out",
                          o->set == NULL ? "a set of things and prompts" : "a folder", "none");
  if (!check_numbers (o, error) || !check_features (o->features, error)
      || !understand_methods (o, job, error))
    return FALSE;
  job->set = pz_set_load (o->set, error);
  if (job->set == NULL)
    return FALSE;
  job->model = o->model != NULL ? g_strdup (o->model) : pz_model_find_first (beside, error);
  if (job->model == NULL)
    return FALSE;
  job->basis = o->basis != NULL ? pz_basis_load (o->basis, error) : NULL;
  if (o->basis != NULL && job->basis == NULL)
    return FALSE;
  job->e = (PzEvaluation) {
    .set = job->set,
    .n_things = some (o->things, job->set->things->len),
    .n_prompts = some (o->prompts, job->set->prompts->len),
    .n_seeds = number_or (o->seeds, 1),
    .methods = job->methods,
    .out = o->out,
    .model = job->model,
    .device = o->device,
    .f32 = o->f32,
    .steps = number_or (o->steps, 0),
    .paint_steps = number_or (o->paint_steps, 0),
    .seed = (guint64) o->seed,
    .basis = job->basis,
    .features = o->features,
    .cancellable = pz_interrupt (),
  };
  job->results.e = &job->e;
  job->results.judging = (PzJudging) {
    .paths = { [PZ_JUDGE_CLIP] = o->clip,
               [PZ_JUDGE_DINO] = o->dino,
               [PZ_SEER_FACES] = o->faces },
    .recognizer = o->recognizer,
    .device = o->device,
    .f32 = o->f32,
    .masked = TRUE,
    .cancellable = pz_interrupt (),
  };
  return pz_judging_check (&job->results.judging, error) && check_pictures (job, error);
}

/* ---- the folder ---- */

static gboolean
identify_model (Job *job, GError **error)
{
  g_autoptr (PzModelFolder) model =
    pz_model_folder_open (job->model, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, error);

  if (model == NULL)
    return FALSE;
  job->results.model_name = g_strdup (model->info.name);
  job->results.fingerprint = pz_model_folder_fingerprint (model, PZ_PARTS_ALL, error);
  return job->results.fingerprint != NULL;
}

/* Files of that name in a folder without an evaluation are not ours to replace. */
static gboolean
has_no_results (const Options *o, GError **error)
{
  static const char *const names[] = { RESULTS, TABLE, REPORT };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (o->out, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS) && !pz_output_check_file (path, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

/* Finds out whether the run may use the folder, and what identifies it there, if that is not written yet. */
static gboolean
check_folder (const Options *o, Job *job, GError **error)
{
  g_autofree char *path = g_build_filename (o->out, RUN, NULL);
  const PzRunIdentity identity = {
    .set = job->set,
    .model = job->results.fingerprint,
    .basis = o->basis,
    .features = o->features,
    .steps = job->e.steps,
    .paint_steps = job->e.paint_steps,
    .seed = o->seed,
    .f32 = o->f32,
  };
  g_autofree char *text = pz_run_identity_to_json (&identity, error);

  if (text == NULL)
    return FALSE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      job->identity = g_steal_pointer (&text);
      return has_no_results (o, error);
    }
  if (o->resume)
    {
      if (!pz_run_identity_check (path, text, error))
        return FALSE;
      job->identity = o->basis != NULL ? g_steal_pointer (&text) : NULL;
      return TRUE;
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected a folder without an evaluation, found one; --resume continues it",
               o->out);
  return FALSE;
}

static gboolean
claim_folder (const Options *o, const Job *job, GError **error)
{
  g_autofree char *path = g_build_filename (o->out, RUN, NULL);

  return job->identity == NULL
         || pz_output_write (path, o->resume, job->identity, strlen (job->identity), error);
}

/* Takes ownership of the text, which may be NULL after an error. */
static gboolean
write_file (const Options *o, const char *name, char *text, GError **error)
{
  g_autofree char *owned = text;
  g_autofree char *path = g_build_filename (o->out, name, NULL);

  return owned != NULL && pz_output_write (path, TRUE, owned, strlen (owned), error);
}

static gboolean
open_journal (const Options *o, Job *job, GError **error)
{
  g_autofree char *path = g_build_filename (o->out, JUDGED, NULL);

  job->journal = pz_journal_open (path, error);
  job->results.judging.journal = job->journal;
  return job->journal != NULL;
}

/* The folder is claimed after all checks: what they find is corrected in the set, which makes it that of another run. The model
 * is closed before the judges are opened. */
static gboolean
make (const Options *o, Job *job, GError **error)
{
  g_autoptr (PzSession) session = pz_evaluation_open (&job->e, error);

  return session != NULL && claim_folder (o, job, error)
         && pz_evaluation_run (&job->e, session, error);
}

static gboolean
evaluate (const Options *o, Job *job, GError **error)
{
  const PzResults *results = &job->results;

  return understand (o, job, error) && identify_model (job, error)
         && check_folder (o, job, error) && make (o, job, error) && open_journal (o, job, error)
         && pz_results_judge (&job->results, error)
         && write_file (o, RESULTS, pz_results_to_json (results), error)
         && write_file (o, TABLE, pz_results_to_csv (results), error)
         && write_file (o, REPORT, pz_report_new (results, error), error);
}

static const PzOption options[] = {
  PZ_OPTION (Options,
             set,
             "set",
             0,
             FILENAME,
             "Set of things, their pictures, and prompts",
             "JSON"),
  PZ_OPTION (
    Options,
    methods,
    "methods",
    0,
    STRING,
    "Methods to compare, separated by commas: elite, or any method of personalize learn",
    "NAME,…"),
  PZ_OPTION_MODEL (Options, 'm'),
  PZ_OPTION (Options, out, "out", 'o', FILENAME, "Output folder", "DIR"),
  PZ_OPTION (Options,
             things,
             "things",
             0,
             INT,
             "Use only the first N things; default: all",
             "N"),
  PZ_OPTION (Options,
             prompts,
             "prompts",
             0,
             INT,
             "Use only the first N prompts; default: all",
             "N"),
  PZ_OPTION (Options, seeds, "seeds", 0, INT, "Number of pictures per prompt; default: 1", "N"),
  PZ_OPTION (Options, seed, "seed", 's', INT64, "First seed; default: 0", "N"),
  PZ_OPTION (Options,
             steps,
             "steps",
             0,
             INT,
             "Number of learning steps; default: each method's",
             "N"),
  PZ_OPTION (Options,
             paint_steps,
             "paint-steps",
             0,
             INT,
             "Number of sampling steps; default: the model's",
             "N"),
  PZ_OPTION (Options,
             basis,
             "basis",
             0,
             FILENAME,
             "Basis of names for celeb-basis, made by personalize basis",
             "FILE.pt"),
  PZ_OPTION (Options,
             features,
             "features",
             0,
             STRING,
             "Features for celeb-basis (for things, use image); default: face",
             "face|image|free"),
  PZ_OPTION (
    Options,
    resume,
    "resume",
    0,
    NONE,
    "Continue the run in --out, optionally with more things, prompts, seeds or methods",
    NULL),
  PZ_OPTIONS_JUDGES (Options),
  PZ_OPTION_DEVICE (Options),
  PZ_OPTION_F32 (Options),
  PZ_OPTION (Options, json, "json", 0, NONE, "Print the results as JSON", NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  g_auto (Options) o = {
    .things = PZ_NOT_GIVEN_INT,
    .prompts = PZ_NOT_GIVEN_INT,
    .seeds = PZ_NOT_GIVEN_INT,
    .steps = PZ_NOT_GIVEN_INT,
    .paint_steps = PZ_NOT_GIVEN_INT,
  };
  g_auto (Job) job = { 0 };
  g_autofree char *text = NULL;
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_evaluate, &o, &argc, &argv, &status))
    return status;
  if (argc != 1)
    return pz_refuse_arguments (&pz_command_evaluate, o.json, argv);
  if (!evaluate (&o, &job, &error))
    return pz_command_fail (&pz_command_evaluate, o.json, error);
  text =
    o.json ? pz_results_to_json (&job.results) : g_build_filename (o.out, "report.html", NULL);
  printf ("%s\n", text);
  return PZ_EXIT_OK;
}

const PzCommand pz_command_evaluate = {
  .name = "evaluate",
  .about = "compare methods by the scores used in papers",
  .summary =
    "Learns things with several methods, generates pictures with each, and writes a report with "
    "the scores used in papers.",
  .parameters = "",
  .options = options,
  .run = run,
};
