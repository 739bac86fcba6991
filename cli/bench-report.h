/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Benchmark results as rows, one for each work and size; printed as tables or written as JSON.
 */
#pragma once

#include "cli/json.h"
#include "models/bench.h"

typedef struct
{
  PzBenchWork work;
  guint width, height; /* 0 = the work does not depend on a size */
  GArray *ours; /* of PzBenchSample */
  GArray *ours_ms; /* of double: median of each repetition; repetitions alternate with... */
  GArray *peer_ms; /* of double: ...the peer's; empty = no peer */
  char *peer_threads; /* the threads it used; NULL = no peer, or not applicable */
} PzBenchRow;

PzBenchRow *pz_bench_row_new (PzBenchWork work, guint width, guint height);
void pz_bench_row_free (PzBenchRow *row);

/* The median of an array of double; 0 if it is empty. Sorts the array. */
double pz_bench_median (GArray *values);

/* The fraction of the wall time in which the device was idle; negative = the device has no clock. */
double pz_bench_row_idle (const PzBenchRow *row);
/* The median of the pairwise ratios ours / peer's; 0 = no peer. */
double pz_bench_row_ratio (const PzBenchRow *row);

/* peer: its name; NULL = no peer. */
void pz_bench_print_rows (GPtrArray *rows, const char *peer);
/* Prints the ops of each work by kind and by layer, slowest first. ops: of PzBenchOp. */
void pz_bench_print_ops (GArray *ops, guint width, guint height);

/* Add the members "rows" and "ops" to the object that `builder` is in. */
void pz_bench_rows_to_json (GPtrArray *rows, JsonBuilder *builder);
void pz_bench_ops_to_json (GArray *ops, JsonBuilder *builder);
