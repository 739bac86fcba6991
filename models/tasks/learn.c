/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn.h"

#include <math.h>
#include <string.h>

#include "models/tasks/learn-run.h"
#include "models/tasks/learn-still.h"

#define CHECKPOINT_SECONDS 30.0
/* Half precision: the loss scale is halved if a gradient is not finite, and doubled after this many good steps. */
#define GOOD_STEPS 200
#define MAX_SCALE 16777216.0f
/* After this many consecutive bad steps, overflow cannot be the cause. */
#define MAX_BAD_STEPS 24
/* The loss has grown if it exceeds that of the first steps by this factor. */
#define GROWN 10.0
#define GROWN_WINDOW 20
#define GROWING_WINDOW 5

/* ---- the loop ---- */

static gboolean
save (PzLearnRun *run, GError **error)
{
  run->saved_us = g_get_monotonic_time ();
  if (run->params.checkpoint == NULL)
    return TRUE;
  if (!pz_learn_optimizer_read (&run->optimizer, &run->state, error)
      || !pz_learn_state_save (&run->state, run->params.checkpoint,
                               (const char *const *) run->settings->pdata, error))
    return FALSE;
  run->saved_step = run->state.step;
  return TRUE;
}

static gboolean
is_finite (const float *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

/* The regulariser's loss: its factor times the mean distance of the trained rows from their start. Sets the gradient of that,
 * times the loss scale, in pull [n]. The distance is torch's pairwise distance, which adds 1e-6 to every difference (methods:
 * Cross Initialization, training). */
static double
regularize (const PzLearnRun *run, float *pull)
{
  const guint n_rows = run->trained.dims[0];
  const gsize width = run->trained.n / n_rows;
  double factor = run->learner->regularizer, loss = 0.0;
  guint n_moving = 0;

  if (factor == 0.0)
    return 0.0;
  for (guint row = 0; row < n_rows; row++)
    n_moving += pz_trained_row_moves (&run->trained, row) ? 1 : 0;
  factor /= MAX (n_moving, 1);
  for (guint row = 0; row < n_rows; row++)
    {
      if (!pz_trained_row_moves (&run->trained, row))
        continue;

      const float *value = run->state.value + row * width;
      const float *start = run->state.start + row * width;
      double square = 0.0;

      for (gsize i = 0; i < width; i++)
        square += pow ((double) (value[i] - start[i]) + 1e-6, 2.0);
      loss += factor * sqrt (square);
      for (gsize i = 0; i < width; i++)
        pull[row * width + i] =
          (float) ((double) run->state.scale * factor * ((double) (value[i] - start[i]) + 1e-6)
                   / sqrt (square));
    }
  return loss;
}

/* Halves the loss scale after a gradient that is not finite. FALSE: overflow of half precision is not the cause. */
static gboolean
note_overflow (PzLearnRun *run)
{
  run->state.n_good = 0;
  run->state.n_bad++;
  run->state.scale /= 2.0f;
  return run->room->activation != PZ_F32 && run->state.n_bad <= MAX_BAD_STEPS;
}

static void
note_good (PzLearnRun *run)
{
  run->state.n_bad = 0;
  if (run->room->activation == PZ_F32 || ++run->state.n_good < GOOD_STEPS)
    return;
  run->state.n_good = 0;
  run->state.scale = MIN (2.0f * run->state.scale, MAX_SCALE);
}

static gboolean
refuse_loss (const PzLearnRun *run, guint step, const char *found, GError **error)
{
  g_autofree char *kept =
    run->params.checkpoint != NULL
      ? g_strdup_printf ("; the checkpoint keeps what was learned by step %u", run->saved_step)
      : g_strdup ("");

  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
               "step %u: expected a steady loss, found %s; a smaller rate may help%s", step,
               found, kept);
  return FALSE;
}

/* The mean loss of n rows from `first` on. */
static double
mean_loss (const PzLearnRun *run, guint first, guint n)
{
  double sum = 0.0;

  for (guint i = first; i < first + n; i++)
    sum += (double) g_array_index (run->state.rows, PzLearnRow, i).loss;
  return sum / n;
}

/* Whether the mean loss of the last `window` steps exceeds that of the first GROWN_WINDOW steps by the factor GROWN. */
static gboolean
has_grown (const PzLearnRun *run, guint window)
{
  const guint n = run->state.rows->len;

  return n >= GROWN_WINDOW + window
         && mean_loss (run, n - window, window) > GROWN * mean_loss (run, 0, GROWN_WINDOW);
}

static gboolean
check_growth (const PzLearnRun *run, GError **error)
{
  const guint n = run->state.rows->len;
  g_autofree char *found = NULL;

  if (!has_grown (run, GROWN_WINDOW))
    return TRUE;
  found = g_strdup_printf ("%.3g where it began with %.3g",
                           mean_loss (run, n - GROWN_WINDOW, GROWN_WINDOW),
                           mean_loss (run, 0, GROWN_WINDOW));
  return refuse_loss (run, run->state.step, found, error);
}

/* Makes one update if the gradients are finite. Fills in row except for `still`. */
static gboolean
learn_step (PzLearnRun *run, PzLearnRow *row, gboolean *skipped, GError **error)
{
  PzLearnBatch *batch = &run->batch;
  g_autofree float *pull = g_new0 (float, run->trained.n);
  double loss = 0.0;

  if (!pz_learn_batch_run (batch, run->state.step, run->state.scale, run->context.cancellable,
                           error))
    return FALSE;
  if (!is_finite (batch->losses, batch->batch))
    return refuse_loss (run, run->state.step + 1, "NaN or infinity", error);
  if (run->trained.what == PZ_TRAINS_PEOPLE)
    pz_learn_people_average (&run->people, &run->state, batch->slots, batch->batch);
  loss = regularize (run, pull);
  if (!pz_learn_optimizer_step (&run->optimizer, &run->state, run->params.rate, pull, skipped,
                                error))
    return FALSE;
  if (*skipped && !note_overflow (run))
    return refuse_loss (run, run->state.step + 1, "gradients that are not finite", error);
  loss += pz_learn_batch_loss (batch);
  for (guint i = 0; i < batch->batch; i++)
    pz_learn_state_note (&run->state, batch->times[i],
                         batch->schedule.config.num_train_timesteps, batch->losses[i]);
  if (!*skipped)
    note_good (run);
  *row = (PzLearnRow) { .loss = (float) loss, .level = run->state.level, .still = -1.0f };
  return TRUE;
}

/* Computes the loss on the fixed batch. */
static gboolean
look_at_still (PzLearnRun *run, float *still, GError **error)
{
  double loss;

  if (!pz_learn_batch_run (&run->batch, PZ_LEARN_STILL_STEP, 1.0f, run->context.cancellable,
                           error))
    return FALSE;
  loss = pz_learn_batch_loss (&run->batch);
  if (!isfinite (loss))
    return refuse_loss (run, run->state.step, "NaN or infinity on the fixed batch", error);
  *still = (float) loss;
  return TRUE;
}

/* Keeps the values if their loss on the fixed batch is the lowest so far. */
static void
keep_best (PzLearnRun *run, float still)
{
  if (run->state.best_loss >= 0.0f && still >= run->state.best_loss)
    return;
  run->state.best_loss = still;
  memcpy (run->state.best, run->state.value, run->trained.n * sizeof (float));
}

/* Evaluates the fixed batch if it is due after the last step. A run that was stopped before this does it when it is resumed. */
static gboolean
look_if_due (PzLearnRun *run, GError **error)
{
  const guint every = pz_learn_still_every (run->params.steps, run->params.until_still);
  const guint step = run->state.step;
  PzLearnRow *row = step > 0 ? &g_array_index (run->state.rows, PzLearnRow, step - 1) : NULL;

  if (row == NULL || step % every != 0 || row->still >= 0.0f)
    return TRUE;
  if (!look_at_still (run, &row->still, error))
    return FALSE;
  keep_best (run, row->still);
  return TRUE;
}

/* Evaluates the fixed batch before the first step of this run, for the initial loss and to estimate the time of all steps. In a
 * resumed run only the time counts: its result must not depend on where it was stopped. */
static gboolean
look_ahead (PzLearnRun *run, GError **error)
{
  const guint left = run->params.steps - MIN (run->state.step, run->params.steps);
  const guint every = pz_learn_still_every (run->params.steps, run->params.until_still);
  gint64 began;
  float still;

  if (left == 0)
    return TRUE;
  if (!pz_learn_batch_warm_up (&run->batch, run->context.cancellable, error))
    return FALSE;
  began = g_get_monotonic_time ();
  if (!look_at_still (run, &still, error))
    return FALSE;
  if (run->state.step == 0)
    keep_best (run, still);
  run->forecast = (double) (g_get_monotonic_time () - began) / 1e6 * (left + left / every);
  if (run->task != NULL && run->task->forecast != NULL)
    run->task->forecast (run->forecast, run->task->data);
  return TRUE;
}

static void
tell (const PzLearnRun *run, guint number, gboolean skipped)
{
  const PzLearnRow *row = &g_array_index (run->state.rows, PzLearnRow, number - 1);
  const guint done = run->state.step - run->first_step;
  const double seconds = (double) (g_get_monotonic_time () - run->began_us) / 1e6;
  const guint left = run->params.steps - MIN (run->state.step, run->params.steps);
  const PzLearnStep step = {
    .step = number,
    .is_past = number <= run->first_step,
    .n_steps = run->params.steps,
    .loss = (double) row->loss,
    .level = (double) row->level,
    .still_loss = (double) row->still,
    .seconds_left = done < 2 ? MAX (run->forecast - seconds, 0.0) : seconds / done * left,
    .skipped = skipped,
  };

  if (run->task != NULL && run->task->step != NULL)
    run->task->step (&step, run->task->data);
}

static gboolean
show_sample (const PzLearnRun *run, GError **error)
{
  const PzLearnTask *task = run->task;
  g_autoptr (GPtrArray) concepts = NULL;

  if (task == NULL || task->sample == NULL || task->sample_every == 0
      || run->state.step % task->sample_every != 0)
    return TRUE;
  concepts = pz_learn_run_concepts (run, run->state.value);
  return task->sample (run->state.step, (PzConcept *const *) concepts->pdata, concepts->len,
                       task->data, error);
}

/* Cancelling the passes of a step leaves the state as it was before the step. */
static gboolean
one_step (PzLearnRun *run, GError **error)
{
  PzLearnRow row;
  gboolean skipped;

  if (g_cancellable_set_error_if_cancelled (run->context.cancellable, error)
      || !learn_step (run, &row, &skipped, error))
    return FALSE;
  run->state.step++;
  g_array_append_val (run->state.rows, row);
  if (!look_if_due (run, error))
    return FALSE;
  tell (run, run->state.step, skipped);
  return check_growth (run, error);
}

static gboolean
is_done (const PzLearnRun *run)
{
  return run->state.step >= run->params.steps
         || (run->params.until_still && pz_learn_is_still (run->state.rows));
}

static gboolean
loop (PzLearnRun *run, GError **error)
{
  for (guint i = 1; i <= run->first_step; i++)
    tell (run, i, FALSE);
  if (!save (run, error) || !look_if_due (run, error) || !look_ahead (run, error)
      || (run->state.step == 0 && !show_sample (run, error)))
    return FALSE;
  run->began_us = g_get_monotonic_time ();
  while (!is_done (run))
    {
      const double since_us = (double) (g_get_monotonic_time () - run->saved_us);

      if (!one_step (run, error) || !show_sample (run, error))
        return FALSE;
      /* While the loss is growing, a good checkpoint must not be overwritten. */
      if (since_us > CHECKPOINT_SECONDS * 1e6 && !has_grown (run, GROWING_WINDOW)
          && !save (run, error))
        return FALSE;
    }
  return TRUE;
}

/* The best values if the run stops by itself, otherwise the last ones. The coefficients of people are means over steps up to the
 * last one, so their layer is the last one too. */
static float *
result_of (const PzLearnRun *run)
{
  return run->params.until_still && run->trained.what != PZ_TRAINS_PEOPLE
             && run->state.best_loss >= 0.0f
           ? run->state.best
           : run->state.value;
}

static void
tell_layer (const PzLearnRun *run)
{
  const PzTrained *trained = &run->trained;

  if (run->task->layer != NULL && trained->people != NULL && !trained->people->is_free)
    run->task->layer (&(PzPeopleLayer) { trained->dims[0], trained->dims[1], result_of (run) },
                      run->task->data);
}

GPtrArray *
pz_learn_run (const PzLearnRoom *room,
              const PzLearnParams *params,
              const PzLearnTask *task,
              GError **error)
{
  g_auto (PzLearnRun) run = { .room = room, .task = task };
  g_autoptr (GError) reason = NULL;

  if (!pz_learn_run_check (&run, params, error) || !pz_learn_run_settle (&run, params, error)
      || !pz_learn_run_load (&run, error))
    return NULL;
  if (!loop (&run, &reason))
    {
      g_autoptr (GError) unsaved = NULL;

      /* Save what was learned so far, unless it is no longer good. If that fails after cancelling, report it instead. */
      if (!g_error_matches (reason, PZ_ERROR, PZ_ERROR_BAD_OUTPUT)
          && !has_grown (&run, GROWING_WINDOW) && !save (&run, &unsaved)
          && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&unsaved));
      else
        g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  if (!save (&run, error))
    return NULL;
  tell_layer (&run);
  return pz_learn_run_concepts (&run, result_of (&run));
}
