/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/run/program.h"

/* Submits in flight: one runs and one waits, so that the device never idles and cancelling waits for at most two. */
#define IN_FLIGHT 2

/* The recording is recut before the next run if a segment exceeds the budget by this factor, or if there are this many times
 * more segments than the measured time requires. */
#define TOO_LONG 2.0
#define TOO_MANY 3.0

typedef struct
{
  PzProgram *program;
  const PzRunParams *params;
  gdouble *
    expected; /* [n_dispatches] seconds, as estimated when the run began; the unit of progress */
  gdouble total;
  gdouble done;
  gint64 finished_us; /* when the last segment was found done; for devices without timestamps */
  guint64 first_tick;
  guint64 last_tick;
} Run;

static gboolean
is_cancelled (const PzRunParams *params, GError **error)
{
  return params != NULL && g_cancellable_set_error_if_cancelled (params->cancellable, error);
}

static void
add_traced (PzProgram *program, const PzSegment *segment, const guint64 ticks[])
{
  for (guint i = 0; i < segment->pieces->len; i++)
    {
      guint dispatch = g_array_index (segment->pieces, PzPiece, i).dispatch;

      program->steps[program->step_of[dispatch]].ms +=
        1e3 * pz_gpu_seconds_between (program->gpu, ticks[2 + 2 * i], ticks[2 + 2 * i + 1]);
    }
}

/* Reads the time of a finished segment and updates the paces from it. */
static void
account (Run *run, PzSegment *segment, gboolean is_first)
{
  PzProgram *program = run->program;
  const gboolean trace = program->traced;
  g_autofree guint64 *ticks = g_new0 (guint64, 2 + 2 * segment->pieces->len);
  gint64 now_us = g_get_monotonic_time ();

  if (pz_commands_read_timestamps (segment->commands, ticks))
    {
      segment->seconds = pz_gpu_seconds_between (program->gpu, ticks[0], ticks[1]);
      if (is_first)
        run->first_tick = ticks[0];
      run->last_tick = ticks[1];
      if (trace)
        add_traced (program, segment, ticks);
    }
  else
    segment->seconds = (gdouble) (now_us - run->finished_us) / 1e6;
  program->busy_ms += 1e3 * segment->seconds;
  run->finished_us = now_us;
  if (!trace)
    pz_pace_learn (&program->pace, program->dispatches, segment->pieces, segment->seconds);
}

static void
report (Run *run, const PzSegment *segment)
{
  for (guint i = 0; i < segment->pieces->len; i++)
    {
      const PzPiece *piece = &g_array_index (segment->pieces, PzPiece, i);

      run->done += piece->share * run->expected[piece->dispatch];
    }
  if (run->params != NULL && run->params->progress != NULL)
    run->params->progress (MIN (run->done, run->total), run->total, run->params->progress_data);
}

static gboolean
finish_segment (Run *run, guint index, GError **error)
{
  PzSegment *segment = run->program->segments->pdata[index];

  if (!pz_gpu_wait (run->program->gpu, segment->value, error))
    return FALSE;
  account (run, segment, index == 0);
  report (run, segment);
  return TRUE;
}

static gboolean
submit_segment (PzProgram *program, guint index, GError **error)
{
  PzSegment *segment;

  if (index == program->segments->len && !pz_recording_grow (program, error))
    return FALSE;
  segment = program->segments->pdata[index];
  if (!pz_commands_submit (segment->commands, &segment->value, error))
    return FALSE;
  program->last_value = segment->value;
  return TRUE;
}

/* The first run records segments while earlier ones run, each with the pace learned so far; later runs only submit. */
static gboolean
submit_all (Run *run, GError **error)
{
  PzProgram *program = run->program;
  guint submitted = 0;
  guint finished = 0;

  while (submitted < program->segments->len || !pz_recording_is_complete (program))
    {
      if (is_cancelled (run->params, error) || !submit_segment (program, submitted, error))
        return FALSE;
      submitted++;
      if (submitted - finished >= IN_FLIGHT && !finish_segment (run, finished++, error))
        return FALSE;
    }
  while (finished < submitted)
    if (!finish_segment (run, finished++, error))
      return FALSE;
  return TRUE;
}

/* TRUE if the segments no longer match the measured times. */
static gboolean
is_badly_cut (const PzProgram *program)
{
  const guint n = program->segments->len;
  gdouble sum = 0;

  for (guint i = 0; i < n; i++)
    {
      const PzSegment *segment = program->segments->pdata[i];
      const PzPiece *piece = &g_array_index (segment->pieces, PzPiece, 0);
      const gboolean divisible =
        segment->pieces->len > 1 || piece->groups[0] * piece->groups[1] * piece->groups[2] > 1;

      sum += segment->seconds;
      if (divisible && segment->seconds > TOO_LONG * program->budget_seconds)
        return TRUE;
    }
  return n > 1 && (gdouble) n > 2 + TOO_MANY * sum / program->budget_seconds;
}

void
pz_gpu_watch (PzGpu *gpu, gboolean trace, PzRanFunc ran, gpointer data)
{
  *pz_gpu_get_watch (gpu) = (PzWatch) { trace, ran, data };
}

/* A recording with timestamps is replaced by one without, and vice versa. */
static void
follow_watch (PzProgram *program, const PzWatch *watch)
{
  if (program->traced != watch->trace)
    pz_recording_drop (program);
  program->traced = watch->trace;
}

gboolean
pz_program_run (PzProgram *program, const PzRunParams *params, GError **error)
{
  const PzWatch *watch = pz_gpu_get_watch (program->gpu);
  g_autofree gdouble *expected = NULL;
  Run run = {
    .program = program,
    .params = params,
    .finished_us = g_get_monotonic_time (),
  };

  g_return_val_if_fail (program != NULL, FALSE);

  if (!pz_program_make_pipelines (program, params != NULL ? params->cancellable : NULL, error))
    return FALSE;
  expected = g_new0 (gdouble, program->n_dispatches + 1);
  for (guint i = 0; i < program->n_dispatches; i++)
    {
      expected[i] = pz_pace_expected_seconds (&program->pace, &program->dispatches[i]);
      run.total += expected[i];
    }
  run.expected = expected;
  for (guint i = 0; i < program->n_steps; i++)
    program->steps[i].ms = 0;
  program->device_ms = program->busy_ms = 0;
  follow_watch (program, watch);

  if (!submit_all (&run, error))
    {
      pz_gpu_wait (program->gpu, program->last_value, NULL);
      return FALSE;
    }
  program->device_ms =
    1e3 * pz_gpu_seconds_between (program->gpu, run.first_tick, run.last_tick);
  if (is_badly_cut (program))
    pz_recording_drop (program);
  if (watch->ran != NULL)
    watch->ran (program, watch->data);
  return TRUE;
}
