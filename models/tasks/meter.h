/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts the progress of programs into PzProgress: one fraction for all requested work, which never decreases, and the
 * remaining time at the rate measured so far.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/session.h"

G_BEGIN_DECLS

typedef struct
{
  const PzTaskParams *task;
  PzProgress now;
  double prepare_share; /* of the fraction, for loading and compiling; 0 = none needed */
  double total_work, done_work; /* flops */
  gint64 began_us; /* start of the first work; 0 = not started */
} PzMeter;

/* Passes a note to the task's listener. task, its note function and sentence may be NULL. */
void pz_task_note (const PzTaskParams *task, PzNote note, const char *sentence);

/* task may be NULL (no listener). prepare: whether loading or compiling comes first. */
void pz_meter_init (PzMeter *meter, const PzTaskParams *task, gboolean prepare);

/* Reports the progress of loading and compiling, 0..1. */
void pz_meter_prepare (PzMeter *meter, double fraction);

/* Everything is compiled. total_work: the work ahead. */
void pz_meter_begin (PzMeter *meter, double total_work);

/* Sets the current stage. variant and step count from 1, 0 = none. */
void pz_meter_stage (PzMeter *meter,
                     PzStage stage,
                     guint variant,
                     guint n_variants,
                     guint step,
                     guint n_steps);

/* Replays a program as the next piece of work. The task's cancellable can stop it. */
gboolean pz_meter_run (PzMeter *meter, PzProgram *program, GError **error);

/* FALSE with G_IO_ERROR_CANCELLED once the task is cancelled. */
gboolean pz_meter_go_on (PzMeter *meter, GError **error);

G_END_DECLS
