/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Benchmarks: how long pieces of work take when the tasks run them.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_BENCH_GEMM, /* [1024, 1024] by [1024, 1024] */
  PZ_BENCH_CONV, /* 3x3, 320 to 320 channels at 64x64 */
  PZ_BENCH_ATTENTION, /* self-attention over 4096 tokens, 8 heads of width 40 */
  PZ_BENCH_ENCODE, /* a concept: CLIP on two pictures, and both mappers */
  PZ_BENCH_LEARN_STEP, /* Cross Initialization: forward, backward to two words, AdamW */
  PZ_BENCH_TEXT, /* a prompt to keys and values */
  PZ_BENCH_STEP, /* one sampler step */
  PZ_BENCH_DECODE, /* latent to picture */
  PZ_BENCH_PICTURE, /* text, all steps and decode */
  PZ_N_BENCH,
} PzBenchWork;

/* The name in options and tables, such as "gemm", and a description. Thread: any. */
const char *pz_bench_name (PzBenchWork work);
const char *pz_bench_title (PzBenchWork work);
/* Whether the work depends on the size of the picture. Thread: any. */
gboolean pz_bench_is_sized (PzBenchWork work);
/* Whether the work is measured by default, when no work is named. Thread: any. */
gboolean pz_bench_is_usual (PzBenchWork work);

typedef struct
{
  guint wanted; /* bit mask of 1 << PzBenchWork */
  guint width, height, steps; /* 0 = the model's */
  double guidance; /* < 0 = the model's; 1 = one network call per step */
  gboolean with_concept; /* whether the picture contains a concept */
  guint samples; /* per learning step; 0 = the method's default */
} PzBenchParams;

typedef struct
{
  PzBenchWork work;
  double wall_ms;
  double busy_ms; /* device time within wall_ms; 0 if the device has no timestamps */
  double flops, bytes; /* as counted by the ops */
} PzBenchSample;

/* The time of one op of a work, measured with all ops run one after the other and a timestamp around each. */
typedef struct
{
  PzBenchWork work;
  const char *op; /* interned, like scope; NULL = time spent between ops */
  const char *scope; /* the layer */
  double ms, flops, bytes;
} PzBenchOp;

typedef struct _PzBench PzBench;

/* began_us: the start of the times to the first step and picture below, on the clock of g_get_monotonic_time (). cancellable
 * may be NULL. Watches the session's device until freed. (transfer full) */
PzBench *pz_bench_new (PzSession *session, gint64 began_us, GCancellable *cancellable);
void pz_bench_free (PzBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBench, pz_bench_free)

/* Runs all wanted work once and appends one PzBenchSample for each, or one per step for PZ_BENCH_STEP and PZ_BENCH_LEARN_STEP.
 * Trailing work that is not wanted is skipped. The first call also loads and compiles. Fails as the tasks do. */
gboolean
pz_bench_run (PzBench *bench, const PzBenchParams *params, GArray *samples, GError **error);

/* Runs all wanted work once more, with one step and with tracing, and appends one PzBenchOp for each op of each work.
 * PZ_BENCH_PICTURE is traced as its parts. Does nothing if the device has no timestamps. */
gboolean
pz_bench_trace (PzBench *bench, const PzBenchParams *params, GArray *ops, GError **error);

/* Milliseconds from began_us to the end of the first step, and to the first picture; 0 = not reached yet. */
double pz_bench_get_first_step_ms (const PzBench *bench);
double pz_bench_get_first_picture_ms (const PzBench *bench);

/* The number of kernels compiled for the session so far. */
guint pz_bench_get_n_pipelines (const PzBench *bench);

G_END_DECLS
