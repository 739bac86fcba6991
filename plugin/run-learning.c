/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learning without the dialog: runs the dialog's worker and waits for it.
 */
#include "plugin/run.h"

#include <glib/gi18n.h>

#include "models/concept.h"
#include "plugin/read-layers.h"
#include "plugin/wait.h"
#include "ui/learn-job.h"
#include "ui/progress-text.h"

typedef struct
{
  /* The arguments. */
  GimpLayer **layers; /* NULL-terminated, or NULL */
  char **files, **masks, **people;
  char *name, *class_word, *method, *features, *model, *device, *names, *out;
  gint steps, seed;
  /* The state. */
  GPtrArray *pictures; /* PzLearnPicture */
  gboolean over; /* ends pz_wait () */
  char **saved;
  GError *error;
} Run;

static void
run_clear (Run *run)
{
  char *texts[] = { run->name,  run->class_word, run->method, run->features,
                    run->model, run->device,     run->names,  run->out };
  char **lists[] = { run->files, run->masks, run->people };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_strfreev (lists[i]);
  g_free (run->layers);
  g_clear_pointer (&run->pictures, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* ---- arguments ---- */

static guint
n_strings (char **list)
{
  return list ? g_strv_length (list) : 0;
}

static guint
n_layers (const Run *run)
{
  return run->layers ? (guint) gimp_core_object_array_get_length ((GObject **) run->layers) : 0;
}

/* GIMP remembers procedures between its starts, and remembers an empty default as NULL. (transfer full) */
static char *
take_text (GimpProcedureConfig *config, const char *argument)
{
  char *text = NULL;

  g_object_get (config, argument, &text, NULL);
  return text ? text : g_strdup ("");
}

/* (transfer full) */
static char *
take_path (GimpProcedureConfig *config, const char *argument)
{
  g_autoptr (GFile) file = NULL;

  g_object_get (config, argument, &file, NULL);
  return file ? g_file_get_path (file) : NULL;
}

static void
take_arguments (Run *run, GimpProcedureConfig *config)
{
  g_object_get (config, "layers", &run->layers, "files", &run->files, "masks", &run->masks,
                "people", &run->people, "method", &run->method, "features", &run->features,
                "steps", &run->steps, "seed", &run->seed, NULL);
  run->name = take_text (config, "name");
  run->class_word = take_text (config, "class-word");
  run->device = take_text (config, "device");
  run->model = take_path (config, "model-folder");
  run->names = take_path (config, "names");
  run->out = take_path (config, "out");
}

static gboolean
learns_people (const Run *run)
{
  return pz_learn_method_find (run->method)->trains == PZ_TRAINS_PEOPLE;
}

static gboolean
has_no_picture (const Run *run)
{
  return n_layers (run) + n_strings (run->files) == 0;
}

static gboolean
has_stray_mask (const Run *run)
{
  return n_strings (run->masks) > n_strings (run->files);
}

static gboolean
has_no_name (const Run *run)
{
  return !learns_people (run) && !*run->name;
}

static gboolean
has_no_class_word (const Run *run)
{
  return !learns_people (run) && !*run->class_word;
}

static gboolean
has_stray_person (const Run *run)
{
  return n_strings (run->people)
         != (learns_people (run) ? n_layers (run) + n_strings (run->files) : 0);
}

static gboolean
saves_elsewhere (const Run *run)
{
  return run->out && !learns_people (run) && !g_str_has_suffix (run->out, PZ_CONCEPT_ENDING);
}

static gboolean
would_replace (const Run *run)
{
  return run->out && g_file_test (run->out, G_FILE_TEST_EXISTS)
         && !(learns_people (run) && g_file_test (run->out, G_FILE_TEST_IS_DIR));
}

static const struct
{
  gboolean (*applies) (const Run *run);
  const char *sentence;
} faults[] = {
  { has_no_picture, N_ ("Learning needs at least one layer or file; none was given.") },
  { has_stray_mask, N_ ("There are more masks than files; each mask belongs to a file.") },
  { has_no_name, N_ ("What is learned needs a name; “name” is empty.") },
  { has_no_class_word,
    N_ ("Say what it is, as one English word the model knows; “class-word” is empty.") },
  { has_stray_person,
    N_ ("“people” must have one name for each layer and file with Celeb Basis, and none "
        "with other methods.") },
  { saves_elsewhere, N_ ("“out” must be the path of a file that ends in .pzconcept.") },
  { would_replace, N_ ("“out” already exists and is not replaced; choose another path.") },
};

static gboolean
check_arguments (const Run *run, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (faults[i].applies (run))
      {
        g_set_error_literal (error, GIMP_PLUG_IN_ERROR, 0, _ (faults[i].sentence));
        return FALSE;
      }
  return TRUE;
}

/* ---- the pictures ---- */

static void
on_layer (PzHostConcept *concept, gpointer data)
{
  Run *run = data;
  g_autoptr (PzHostConcept) layer = concept;

  g_ptr_array_add (run->pictures, pz_learn_picture_new (layer));
}

static void
on_layers_read (const GError *error, gpointer data)
{
  Run *run = data;

  run->error = error ? g_error_copy (error) : NULL;
  run->over = TRUE;
}

static gboolean
read_layers (Run *run, PzSeeker *seeker, GError **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const guint n = n_layers (run);

  if (n == 0)
    return TRUE;
  pz_read_layers (g_steal_pointer (&run->layers), seeker, cancellable, on_layer, on_layers_read,
                  run);
  pz_wait (&run->over);
  if (!run->error && run->pictures->len < n)
    g_set_error_literal (&run->error, GIMP_PLUG_IN_ERROR, 0,
                         _ ("A layer was deleted while it was being read."));
  if (!run->error)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&run->error));
  return FALSE;
}

/* Faces are found by face detection, not by searching for what stands out. */
static gboolean
read_pictures (Run *run, PzSeeker *seeker, GError **error)
{
  const char *first = pz_learn_features_name (0);
  const gboolean faces = learns_people (run) && g_str_equal (run->features, first);
  const guint n_masks = n_strings (run->masks);

  run->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_learn_picture_free);
  if (!read_layers (run, faces ? NULL : seeker, error))
    return FALSE;
  for (guint i = 0; i < n_strings (run->files); i++)
    {
      const char *mask = i < n_masks ? run->masks[i] : NULL;
      PzLearnPicture *picture =
        pz_learn_picture_open (run->files[i], mask, faces ? NULL : seeker, error);

      if (!picture)
        return FALSE;
      g_ptr_array_add (run->pictures, picture);
    }
  if (run->pictures->len <= PZ_LEARN_MAX_PICTURES)
    return TRUE;
  g_set_error (error, GIMP_PLUG_IN_ERROR, 0,
               _ ("No more than %d pictures can be learned from."), PZ_LEARN_MAX_PICTURES);
  return FALSE;
}

static PzLesson *
make_lesson (Run *run, PzSeeker *seeker, GError **error)
{
  g_autofree char *names = NULL, *everybody = NULL;

  if (learns_people (run))
    {
      everybody = g_strjoinv (", ", run->people);
      if (run->names && !g_file_get_contents (run->names, &names, NULL, error))
        return NULL;
    }
  if (!read_pictures (run, seeker, error))
    return NULL;
  return pz_lesson_new (
    &(PzLessonParams) {
      .title = everybody ? everybody : run->name,
      .method = run->method,
      .class_word = run->class_word,
      .model = run->model,
      .device = run->device,
      .seed = (guint64) (run->seed < 0 ? pz_settings_draw_seed () : run->seed),
      .steps = (guint) run->steps,
      .people = everybody ? (const char *const *) run->people : NULL,
      .names = names,
      .features = run->features,
      .out = run->out,
    },
    run->pictures, error);
}

/* ---- learning ---- */

static void
on_opened (const PzOpened *opened, const GError *error, gpointer data)
{
  Run *run = data;

  (void) opened;
  if (error && !run->error)
    run->error = g_error_copy (error);
}

static void
on_step (const PzLearnStep *step, gpointer data)
{
  g_autofree char *text = pz_learn_step_text (step);

  (void) data;
  pz_show_progress_text (text, (double) step->step / MAX (step->n_steps, 1));
}

/* An error from opening the model takes precedence. */
static void
on_finished (const char *const *paths, const GError *error, gpointer data)
{
  Run *run = data;

  run->saved = g_strdupv ((char **) paths);
  if (error && !run->error)
    run->error = g_error_copy (error);
  run->over = TRUE;
}

static const PzJobEvents job_events = { .opened = on_opened, .progress = pz_show_progress };
static const PzLearnEvents learn_events = { .step = on_step, .finished = on_finished };

static void
learn (Run *run, PzLesson *lesson, const char *beside)
{
  g_autoptr (PzJobQueue) queue = pz_job_queue_new (beside, &job_events, run);

  pz_job_queue_open (queue, run->model, *run->device ? run->device : NULL);
  pz_job_queue_learn (queue, &(PzLearnTaking) { .lesson = lesson }, &learn_events, run);
  pz_wait (&run->over);
}

char **
pz_run_learning (GimpProcedureConfig *config, GError **error)
{
  g_auto (Run) run = { 0 };
  g_autofree char *beside = pz_gimp_host_folder ();
  PzSeeker *seeker;
  PzLesson *lesson = NULL;

  take_arguments (&run, config);
  if (!check_arguments (&run, error))
    return NULL;
  gimp_progress_init (_ ("Learning"));
  seeker = pz_seeker_new (beside);
  lesson = make_lesson (&run, seeker, error);
  pz_seeker_free (seeker);
  if (lesson)
    learn (&run, lesson, beside);
  gimp_progress_end ();
  if (lesson && !run.saved && pz_lesson_has_begun (lesson))
    pz_lesson_leave (lesson);
  else if (lesson)
    pz_lesson_discard (lesson);
  if (run.error)
    g_propagate_error (error, run.error);
  return run.saved;
}
