/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generates pictures of the classes with the model before it learns. They prevent it from forgetting the classes (Ruiz et al.,
 * DreamBooth, 2023). The same seeds give the same pictures, so a resumed run generates them again.
 */
#include "models/tasks/learn-params.h"
#include "models/tasks/learn-run.h"

typedef struct
{
  PzLearnRun *run;
  guint thing;
  guint n_done, n_all; /* of all things */
} Painting;

static void
on_paint (const PzProgress *progress, gpointer data)
{
  const Painting *painting = data;
  const PzLearnTask *task = painting->run->task;
  PzProgress told = *progress;

  told.fraction = (double) painting->n_done / painting->n_all;
  told.seconds_left = -1.0;
  if (task != NULL && task->progress != NULL)
    task->progress (&told, task->data);
}

static gboolean
keep_picture (const PzVariant *variant, gpointer data, GError **error)
{
  Painting *painting = data;
  PzLearnRun *run = painting->run;

  (void) error;
  g_ptr_array_add (run->pictures, pz_image_ref (variant->image));
  g_ptr_array_add (run->masks, NULL);
  g_array_append_val (run->things, painting->thing);
  painting->n_done++;
  return TRUE;
}

/* Generates the pictures of one class. Seeds start at the run's seed and are numbered consecutively over all things. */
static gboolean
paint_class (Painting *painting, GError **error)
{
  PzLearnRun *run = painting->run;
  const PzLearnParams *params = &run->params;
  const PzTaskParams task = {
    .cancellable = run->context.cancellable,
    .progress = on_paint,
    .progress_data = painting,
  };
  g_autofree char *line = pz_learn_params_class_line (params, run->learner, painting->thing);
  PzTimes times = { 0 };

  for (guint i = 0; i < params->prior; i += PZ_MAX_VARIANTS)
    {
      const PzGenerateParams paint = {
        .prompt = line,
        .variants = MIN (PZ_MAX_VARIANTS, params->prior - i),
        .seed = (params->seed + painting->n_done) & G_MAXUINT32,
        .guidance = -1.0,
        .fidelity = -1.0,
        .width = params->width,
        .height = params->height,
      };

      if (!pz_generator_run (run->room->generator, &paint, NULL, 0, &task, keep_picture,
                             painting, &times, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pz_learn_run_paint_prior (PzLearnRun *run, GError **error)
{
  const guint n = pz_learner_n_things (&run->params);
  Painting painting = { .run = run, .n_all = n * run->params.prior };

  for (painting.thing = 0; painting.thing < n; painting.thing++)
    if (!paint_class (&painting, error))
      return FALSE;
  pz_generator_rest (run->room->generator);
  return TRUE;
}
