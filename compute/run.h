/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiles a graph once and replays it many times.
 *
 * Thread: the one that uses the PzGpu. Calls block, so use a worker thread.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

typedef struct _PzProgram PzProgram;

/* Called between submits, on the calling thread; must not block. done and total are in units of estimated cost. */
typedef void (*PzRunProgress) (gdouble done, gdouble total, gpointer data);

typedef struct
{
  GCancellable
    *cancellable; /* checked between submits, and between pipelines before the first submit */
  PzRunProgress progress;
  gpointer progress_data;
} PzRunParams;

/* Plans the memory, allocates scratch and requests the pipelines: on software devices, other CPU cores compile them in the
 * background; the first run compiles the rest. The graph may be freed afterwards. Every weight must be bound. Fails with the
 * graph's error, GPU_MEMORY (with needed and free bytes), DEVICE_LOST or CANCELLED. params may be NULL. Returns
 * (transfer full). */
PzProgram *
pz_program_new (PzGpu *gpu, PzGraph *graph, const PzRunParams *params, GError **error);
void pz_program_free (PzProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzProgram, pz_program_free)

/* The storage of an input or result, bound or allocated by the program. (transfer none); NULL if no input or result has that
 * name. */
PzStorage *pz_program_get_storage (PzProgram *program, const char *name);

guint64 pz_program_get_scratch_bytes (const PzProgram *program);
gdouble pz_program_get_flops (const PzProgram *program);

/* Replays the recording and returns when the device has finished. If cancelled, waits for the submitted work, then fails with
 * CANCELLED; the results are undefined. params may be NULL. */
gboolean pz_program_run (PzProgram *program, const PzRunParams *params, GError **error);

/* Device time of the last run in milliseconds, from timestamps; 0 if the device has none. */
gdouble pz_program_get_device_ms (const PzProgram *program);

/* As above, without the gaps between submits. */
gdouble pz_program_get_busy_ms (const PzProgram *program);
/* Bytes read and written by one run. */
gdouble pz_program_get_bytes (const PzProgram *program);

/* Returns one entry per op of the last run, if it was traced. (transfer full) array of PzOpTime. */
typedef struct
{
  const char *op; /* op name */
  const char *scope; /* name scope in the network */
  gdouble ms;
  gdouble flops;
  gdouble bytes;
} PzOpTime;
GArray *pz_program_get_op_times (const PzProgram *program);

/* For measurements. From now on `ran` is called after every finished run of every program of this gpu, on the gpu's thread;
 * NULL = no callback. trace: write timestamps around every dispatch, which serialises the dispatches. */
typedef void (*PzRanFunc) (PzProgram *program, gpointer data);
void pz_gpu_watch (PzGpu *gpu, gboolean trace, PzRanFunc ran, gpointer data);

/* Kinds of unusable results. */
typedef enum
{
  PZ_FAULT_NONE,
  PZ_FAULT_NOT_FINITE, /* the first op whose result has NaN or infinity */
  PZ_FAULT_FLAT, /* all results are finite; the first op whose result is constant in each channel */
} PzFaultKind;

typedef struct
{
  PzFaultKind kind;
  const char *op;
  const char *scope; /* name scope in the network; both owned by the program */
  gdouble largest; /* largest finite magnitude in the results before it */
} PzFault;

/* Runs one op at a time with the current inputs and checks every result; slow. Fails with DEVICE_LOST or CANCELLED. */
gboolean pz_program_examine (PzProgram *program,
                             const PzRunParams *params,
                             PzFault *fault,
                             GError **error);

/* For tests: reverses the order of the dispatches between two barriers. */
void pz_program_set_reversed (PzProgram *program, gboolean reversed);

G_END_DECLS
