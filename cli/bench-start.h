/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Start-up time: does the same work in a new process, first with empty caches of compiled kernels, ours and Mesa's
 * (cold), then again with what the first run left in them (warm).
 */
#pragma once

#include "cli/json.h"

typedef struct
{
  double first_step_ms; /* from the start of the process to the end of the first step */
  double first_picture_ms; /* ...to the first picture; includes encoding a concept, if any */
  gint64 n_pipelines;
  gint64 peak_bytes; /* of the process, including the software device's memory */
} PzBenchStart;

/* arguments: of the bench command for a single run, NULL-terminated. Fails if that process fails. */
gboolean pz_bench_start (const char *const arguments[],
                         PzBenchStart *cold,
                         PzBenchStart *warm,
                         GCancellable *cancellable,
                         GError **error);

void pz_bench_start_print (const char *name, const PzBenchStart *start);
void pz_bench_start_to_json (const char *name, const PzBenchStart *start, JsonBuilder *builder);
