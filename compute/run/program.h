/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The definition of PzProgram: a flat list of dispatches with barriers, their memory, and their recording. Shared by the files
 * of compute/run.
 */
#pragma once

#include "compute/gpu/commands.h"
#include "compute/gpu/scratch.h"
#include "compute/run.h"
#include "compute/run/pace.h"

G_BEGIN_DECLS

/* One submit of a recording. */
typedef struct
{
  PzCommands *commands;
  GArray *pieces; /* of PzPiece */
  guint64 value; /* of its last submit */
  gdouble seconds; /* of its last run; 0 = unknown */
} PzSegment;

/* Describes the op of a dispatch; valid after the graph is freed. */
typedef struct
{
  const char *op; /* static */
  char *scope;
  PzCost cost;
  guint64 address; /* of its result */
  gsize n_elements;
  guint n_channels; /* its last dimension */
  PzDtype dtype;
  gdouble ms; /* of the last traced run */
} PzStep;

struct _PzProgram
{
  PzGpu *gpu;
  PzDispatch *dispatches; /* [n_dispatches], node is NULL */
  guint *step_of; /* [n_dispatches] */
  gboolean *barrier_before;
  guint n_dispatches;
  PzStep *steps; /* [n_steps] */
  guint n_steps;
  GPtrArray *storages; /* of PzStorage: all storages that the dispatches use */
  GHashTable *named; /* name of input or result -> PzStorage */
  PzScratch **chunks; /* [n_chunks] */
  guint n_chunks;
  guint64 scratch_bytes;
  gdouble flops;
  PzPace pace;
  GPtrArray *segments; /* of PzSegment: what is recorded so far */
  PzCursor recorded_to; /* end of the recorded part */
  guint64 last_value; /* of the last submit */
  gdouble budget_seconds; /* of one submit */
  gboolean reversed;
  gboolean traced; /* recorded with timestamps */
  gboolean has_pipelines; /* all pipelines are created */
  gdouble device_ms;
  gdouble busy_ms;
};

/* Creates a program from the given dispatches, for tests of kernels and of the replay. Takes references to the storages and
 * places barriers. */
PzProgram *pz_program_new_flat (PzGpu *gpu,
                                const PzDispatch dispatches[],
                                guint n_dispatches,
                                PzStorage *const storages[],
                                guint n_storages,
                                GError **error);

/* The pipeline of one of its dispatches. */
const PzPipeline *
pz_program_get_pipeline (PzProgram *program, const PzDispatch *dispatch, GError **error);

/* For tests: fills all scratch with a pattern. */
gboolean pz_program_fill_scratch (PzProgram *program, guint32 pattern, GError **error);
/* For tests: discards the recording, and divides the next one into at least n_submits if there are enough workgroups. */
void pz_program_set_min_submits (PzProgram *program, guint n_submits);

/* Creates the missing pipelines; those that helpers are compiling come last. Checks for cancellation between two pipelines and
 * while waiting. */
gboolean
pz_program_make_pipelines (PzProgram *program, GCancellable *cancellable, GError **error);

/* Records the next segment. FALSE with the error set. */
gboolean pz_recording_grow (PzProgram *program, GError **error);
/* Discards the recording. No submit may be in flight. */
void pz_recording_drop (PzProgram *program);
gboolean pz_recording_is_complete (const PzProgram *program);

G_END_DECLS
