/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports the progress of a task: see meter.h.
 */
#include "models/tasks/meter.h"

/* A first run spends about this share of its time on loading and compiling. */
#define PREPARE_SHARE 0.1

static void
report (PzMeter *meter, double work)
{
  double fraction = meter->now.fraction;

  if (meter->total_work > 0.0)
    fraction = meter->prepare_share + (1.0 - meter->prepare_share) * work / meter->total_work;
  meter->now.fraction = CLAMP (fraction, meter->now.fraction, 1.0);
  meter->now.seconds_left = -1.0;
  if (meter->began_us != 0 && work > 0.0)
    {
      double spent = (double) (g_get_monotonic_time () - meter->began_us) / G_USEC_PER_SEC;
      meter->now.seconds_left = spent * MAX (meter->total_work - work, 0.0) / work;
    }
  if (meter->task != NULL && meter->task->progress != NULL)
    meter->task->progress (&meter->now, meter->task->progress_data);
}

void
pz_task_note (const PzTaskParams *task, PzNote note, const char *sentence)
{
  if (task != NULL && task->note != NULL && sentence != NULL)
    task->note (note, sentence, task->note_data);
}

void
pz_meter_init (PzMeter *meter, const PzTaskParams *task, gboolean prepare)
{
  *meter = (PzMeter) {
    .task = task,
    .now.seconds_left = -1.0,
    .prepare_share = prepare ? PREPARE_SHARE : 0.0,
  };
}

void
pz_meter_prepare (PzMeter *meter, double fraction)
{
  meter->now.fraction = MAX (meter->now.fraction, meter->prepare_share * fraction);
  report (meter, 0.0);
}

void
pz_meter_begin (PzMeter *meter, double total_work)
{
  meter->total_work = total_work;
  meter->began_us = g_get_monotonic_time ();
}

void
pz_meter_stage (PzMeter *meter,
                PzStage stage,
                guint variant,
                guint n_variants,
                guint step,
                guint n_steps)
{
  meter->now.stage = stage;
  meter->now.variant = variant;
  meter->now.n_variants = n_variants;
  meter->now.step = step;
  meter->now.n_steps = n_steps;
  report (meter, meter->done_work);
}

typedef struct
{
  PzMeter *meter;
  double work; /* of the program that runs */
} Running;

static void
on_run_progress (double done, double total, gpointer data)
{
  Running *running = data;

  if (total > 0.0)
    report (running->meter, running->meter->done_work + running->work * done / total);
}

gboolean
pz_meter_run (PzMeter *meter, PzProgram *program, GError **error)
{
  Running running = { meter, pz_program_get_flops (program) };
  PzRunParams params = {
    .cancellable = meter->task != NULL ? meter->task->cancellable : NULL,
    .progress = on_run_progress,
    .progress_data = &running,
  };

  if (!pz_program_run (program, &params, error))
    return FALSE;
  meter->done_work += running.work;
  report (meter, meter->done_work);
  return TRUE;
}

gboolean
pz_meter_go_on (PzMeter *meter, GError **error)
{
  return meter->task == NULL
         || !g_cancellable_set_error_if_cancelled (meter->task->cancellable, error);
}
