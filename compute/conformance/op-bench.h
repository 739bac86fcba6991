/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs one case of op-case.h on a device: inputs, graph, result, comparison.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/conformance/op-case.h"
#include "compute/run.h"

G_BEGIN_DECLS

/* NaN both as a float and as two f16 values. Fills the result, scratch, and the guard bytes after inputs and result before a
 * run. */
#define PZ_OP_NAN_PATTERN 0x7fff7fffu

typedef struct
{
  PzGpu *gpu; /* not owned */
  const PzOpTest *test;
  const PzOpCase *c;
  PzDtype activation;
  PzGraph *graph;
  PzTensor *src[PZ_OP_MAX_SRC];
  PzStorage *in[PZ_OP_MAX_SRC]; /* NULL if the case has no such source */
  PzOpArray arrays[PZ_OP_MAX_SRC]; /* the values in them */
  PzTensor *y; /* NULL = the op rejected the case, see pz_graph_check () */
  PzStorage *out;
  PzProgram *program;
} PzOpBench;

/* Builds the graph, and uploads the inputs unless the case expects an error. Returns FALSE with GPU_MEMORY or DEVICE_LOST. Call
 * pz_op_bench_clear () in any case. */
gboolean pz_op_bench_init (PzOpBench *bench,
                           PzGpu *gpu,
                           const PzOpTest *test,
                           const PzOpCase *c,
                           PzDtype activation,
                           GError **error);
void pz_op_bench_clear (PzOpBench *bench);

/* Creates the result storage and the program. Fails with the graph's error or that of pz_program_new (). */
gboolean pz_op_bench_compile (PzOpBench *bench, GError **error);

/* Fills the result and scratch with NaN, then runs the program. */
gboolean pz_op_bench_run (PzOpBench *bench, GError **error);

/* Compares the result with the reference. Returns a sentence that describes the error (transfer full), or NULL if the result is
 * correct. share: (out) largest error divided by the allowed error; passes up to 1. Writes past the end of the inputs or the
 * result are errors too. */
char *pz_op_bench_compare (PzOpBench *bench, double *share);
/* Checks only for writes past the end, like the second part of pz_op_bench_compare (). */
char *pz_op_bench_find_overrun (const PzOpBench *bench);

/* Allocates the array and fills it with zeros. */
void pz_op_array_init (PzOpArray *array, guint n_dims, const guint dims[]);

/* The next number of the SplitMix64 generator. */
guint64 pz_op_random (guint64 *state);

G_END_DECLS
