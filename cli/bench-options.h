/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command-line options of `personalize bench`, and their meaning.
 */
#pragma once

#include "cli/commands.h"

typedef struct
{
  /* as on the command line */
  char *model, *elite, *device, *against, *weights;
  char **sizes, **only;
  int steps, repeat, samples;
  double guidance;
  gboolean concept, ops, start, f32, json;
  /* derived: pz_bench_options_understand () sets these, and `repeat` if it was not given */
  gboolean packs_weights;
  guint wanted; /* bit mask of 1 << PzBenchWork */
  /* set by the command */
  gint64 began_us;
} PzBenchOptions;

/* The initial value: the values of options that were not given. */
#define PZ_BENCH_OPTIONS_INIT \
  { \
    .steps = PZ_NOT_GIVEN_INT, \
    .repeat = PZ_NOT_GIVEN_INT, \
    .samples = PZ_NOT_GIVEN_INT, \
    .guidance = PZ_NOT_GIVEN, \
  }

extern const PzOption pz_bench_options[];

/* USAGE_ERROR names the option, what was expected and what was found. */
gboolean pz_bench_options_understand (PzBenchOptions *o, GError **error);
void pz_bench_options_clear (PzBenchOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzBenchOptions, pz_bench_options_clear)

/* Describes the work, for --help. (transfer full) */
char *pz_bench_options_describe (void);
