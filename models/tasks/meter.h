/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns what programs say while they run into PzProgress: one fraction for everything asked for, that never
 * falls, and the time left at the rate measured so far.
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
  double prepare_share; /* of the fraction, for loading and compiling; 0 = nothing to prepare */
  double total_work, done_work; /* flops */
  gint64 began_us; /* when the first work began; 0 = not yet */
} PzMeter;

/* Says it to whoever listens; either may be NULL. */
void pz_task_note (const PzTaskParams *task, PzNote note, const char *sentence);

/* task may be NULL (nobody listens). prepare: loading or compiling comes first. */
void pz_meter_init (PzMeter *meter, const PzTaskParams *task, gboolean prepare);

/* While loading and compiling: how far, 0..1. */
void pz_meter_prepare (PzMeter *meter, double fraction);

/* Everything is compiled: so much work lies ahead. */
void pz_meter_begin (PzMeter *meter, double total_work);

/* What is being done from now on; variant and step count from 1, 0 = none. */
void pz_meter_stage (PzMeter *meter,
                     PzStage stage,
                     guint variant,
                     guint n_variants,
                     guint step,
                     guint n_steps);

/* Replays a program as the next piece of work, with the task's cancellable. */
gboolean pz_meter_run (PzMeter *meter, PzProgram *program, GError **error);

/* FALSE with G_IO_ERROR_CANCELLED once the task is cancelled. */
gboolean pz_meter_go_on (PzMeter *meter, GError **error);

G_END_DECLS
