/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compile a graph once, replay it many times.
 *
 * Thread: the one that owns the PzGpu. Calls block; they are meant for a worker.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

typedef struct _PzProgram PzProgram;

/* Called between submits on the calling thread; must not block. done and total are in units of estimated
 * cost. */
typedef void (*PzRunProgress) (gdouble done, gdouble total, gpointer data);

typedef struct
{
  GCancellable
    *cancellable; /* read between submits, and between pipelines before the first one */
  PzRunProgress progress;
  gpointer progress_data;
} PzRunParams;

/* Plans, allocates scratch and asks for pipelines: other processors compile meanwhile where that is possible, the first
 * run makes what is left. The graph is not needed afterwards and may be freed. Every weight must be bound. Fails with the
 * graph's own error, GPU_MEMORY (needed and free bytes said), DEVICE_LOST, CANCELLED. params may be NULL. Returns (transfer
 * full). */
PzProgram *
pz_program_new (PzGpu *gpu, PzGraph *graph, const PzRunParams *params, GError **error);
void pz_program_free (PzProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzProgram, pz_program_free)

/* The storage of an input or result by name: bound or its own. (transfer none), NULL if no such name. */
PzStorage *pz_program_get_storage (PzProgram *program, const char *name);

guint64 pz_program_get_scratch_bytes (const PzProgram *program);
gdouble pz_program_get_flops (const PzProgram *program);

/* Replays. Returns when the device has finished. On cancel, work in flight is awaited, then
 * CANCELLED; results are then undefined. params may be NULL. */
gboolean pz_program_run (PzProgram *program, const PzRunParams *params, GError **error);

/* Device time of the last run in milliseconds, from timestamps around it; 0 where the device has none. */
gdouble pz_program_get_device_ms (const PzProgram *program);

/* How long of that it worked: without the waits between submits. */
gdouble pz_program_get_busy_ms (const PzProgram *program);
/* Read and written by one run. */
gdouble pz_program_get_bytes (const PzProgram *program);

/* One row per op of the last run, when it was traced. (transfer full) array of PzOpTime. */
typedef struct
{
  const char *op; /* op name */
  const char *scope; /* where in the network */
  gdouble ms;
  gdouble flops;
  gdouble bytes;
} PzOpTime;
GArray *pz_program_get_op_times (const PzProgram *program);

/* For people who measure. From now on `ran` is called after every finished run of every program of this gpu, on the
 * gpu's thread; NULL = nobody. trace: recordings write a timestamp around every dispatch, which then run one after the
 * other. */
typedef void (*PzRanFunc) (PzProgram *program, gpointer data);
void pz_gpu_watch (PzGpu *gpu, gboolean trace, PzRanFunc ran, gpointer data);

/* Where a program's numbers stop saying anything. */
typedef enum
{
  PZ_FAULT_NONE,
  PZ_FAULT_NOT_FINITE, /* the first op whose result has NaN or infinity */
  PZ_FAULT_FLAT, /* all are finite; the first op whose result has one value for each channel */
} PzFaultKind;

typedef struct
{
  PzFaultKind kind;
  const char *op;
  const char *scope; /* where in the network; both are the program's */
  gdouble largest; /* magnitude of what the ops before it made */
} PzFault;

/* Runs with what the inputs hold, op by op, and looks at every result: slow. Fails with DEVICE_LOST or CANCELLED. */
gboolean pz_program_examine (PzProgram *program,
                             const PzRunParams *params,
                             PzFault *fault,
                             GError **error);

/* Test mode: runs the dispatches between two barriers in reversed order. */
void pz_program_set_reversed (PzProgram *program, gboolean reversed);

G_END_DECLS
