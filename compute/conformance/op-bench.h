/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One case of op-case.h on a device: inputs, graph, result, comparison.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/conformance/op-case.h"
#include "compute/run.h"

G_BEGIN_DECLS

/* NaN as a float and as two halves: what results, scratch and the guards behind inputs and result are full of before a run. */
#define PZ_OP_NAN_PATTERN 0x7fff7fffu

typedef struct
{
  PzGpu *gpu; /* not owned */
  const PzOpTest *test;
  const PzOpCase *c;
  PzDtype activation;
  PzGraph *graph;
  PzTensor *src[PZ_OP_MAX_SRC];
  PzStorage *in[PZ_OP_MAX_SRC]; /* NULL where the case has no source */
  PzOpArray arrays[PZ_OP_MAX_SRC]; /* what is in them */
  PzTensor *y; /* NULL = the op refused the case, see pz_graph_check () */
  PzStorage *out;
  PzProgram *program;
} PzOpBench;

/* Builds the graph, and uploads the inputs unless the case is to be refused. FALSE with GPU_MEMORY, DEVICE_LOST; clear it in any case. */
gboolean pz_op_bench_init (PzOpBench *bench,
                           PzGpu *gpu,
                           const PzOpTest *test,
                           const PzOpCase *c,
                           PzDtype activation,
                           GError **error);
void pz_op_bench_clear (PzOpBench *bench);

/* Makes the result and the program. Fails as the graph and pz_program_new () do. */
gboolean pz_op_bench_compile (PzOpBench *bench, GError **error);

/* Runs it, result and scratch being NaN before. */
gboolean pz_op_bench_run (PzOpBench *bench, GError **error);

/* What is wrong with the result, in a sentence (transfer full), or NULL. `share`: the largest error as a part of what is allowed, so
 * that up to 1 passes. Writes behind the ends of inputs and result are wrong too. */
char *pz_op_bench_compare (PzOpBench *bench, double *share);
/* Its second half alone. */
char *pz_op_bench_find_overrun (const PzOpBench *bench);

/* Zeros. */
void pz_op_array_init (PzOpArray *array, guint n_dims, const guint dims[]);

/* SplitMix64. */
guint64 pz_op_random (guint64 *state);

G_END_DECLS
