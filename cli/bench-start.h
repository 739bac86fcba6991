/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Starting from nothing: the same work in a new process, first with all caches of compiled kernels empty
 * (cold: ours and Mesa's), then again with what it left there (warm).
 */
#pragma once

#include "cli/json.h"

typedef struct
{
  double first_step_ms; /* from the start of the process to the end of the first step */
  double first_picture_ms; /* ...and to the first picture; a concept comes before it, if any */
  gint64 n_pipelines;
  gint64 peak_bytes; /* of the process, the software device's memory included */
} PzBenchStart;

/* arguments: of bench, NULL-terminated, to run once. Fails where that process does. */
gboolean pz_bench_start (const char *const arguments[],
                         PzBenchStart *cold,
                         PzBenchStart *warm,
                         GCancellable *cancellable,
                         GError **error);

void pz_bench_start_print (const char *name, const PzBenchStart *start);
void pz_bench_start_to_json (const char *name, const PzBenchStart *start, JsonBuilder *builder);
