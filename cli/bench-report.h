/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was measured, as rows: one work at one size each. As tables for people and as JSON.
 */
#pragma once

#include "cli/json.h"
#include "models/bench.h"

typedef struct
{
  PzBenchWork work;
  guint width, height; /* 0 = it has no size */
  GArray *ours; /* of PzBenchSample */
  GArray *ours_ms; /* of double: medians of each repetition, in turn with... */
  GArray *peer_ms; /* of double: ...the peer's; empty = none */
  char *peer_threads; /* with how many; NULL = none, or it has no choice */
} PzBenchRow;

PzBenchRow *pz_bench_row_new (PzBenchWork work, guint width, guint height);
void pz_bench_row_free (PzBenchRow *row);

/* Median of an array of double; 0 when it is empty. Sorts it. */
double pz_bench_median (GArray *values);

/* The share of its wall time in which the device was idle; negative = the device has no clock. */
double pz_bench_row_idle (const PzBenchRow *row);
/* The median of ours / peer's pair by pair; 0 = no peer. */
double pz_bench_row_ratio (const PzBenchRow *row);

/* peer: its name, NULL = none. */
void pz_bench_print_rows (GPtrArray *rows, const char *peer);
/* For each work its ops by kind and by layer, the slowest first. ops: of PzBenchOp. */
void pz_bench_print_ops (GArray *ops, guint width, guint height);

/* Members "rows" and "ops" of the object that `builder` is in. */
void pz_bench_rows_to_json (GPtrArray *rows, JsonBuilder *builder);
void pz_bench_ops_to_json (GArray *ops, JsonBuilder *builder);
