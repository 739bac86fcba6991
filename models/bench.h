/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long pieces of work take, as the tasks run them: for people who measure.
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
  PZ_BENCH_ATTENTION, /* 4096 tokens to themselves, 8 heads of 40 */
  PZ_BENCH_ENCODE, /* a concept: CLIP on two pictures and both mappers */
  PZ_BENCH_LEARN_STEP, /* of Cross Initialization: samples forwards and back to two words, and AdamW */
  PZ_BENCH_TEXT, /* a prompt to keys and values */
  PZ_BENCH_STEP, /* one step of the sampler */
  PZ_BENCH_DECODE, /* latent to picture */
  PZ_BENCH_PICTURE, /* text, all steps and decode */
  PZ_N_BENCH,
} PzBenchWork;

/* "gemm", as options and tables name it, and what it is. Thread: any. */
const char *pz_bench_name (PzBenchWork work);
const char *pz_bench_title (PzBenchWork work);
/* Whether it depends on the size of the picture. Thread: any. */
gboolean pz_bench_is_sized (PzBenchWork work);
/* Whether it is measured where nothing is named. Thread: any. */
gboolean pz_bench_is_usual (PzBenchWork work);

typedef struct
{
  guint wanted; /* bits 1 << PzBenchWork */
  guint width, height, steps; /* 0 = the model's */
  double guidance; /* < 0 = the model's; 1 = one network call per step */
  gboolean with_concept; /* one concept in the picture */
  guint samples; /* of a step of learning; 0 = the method's */
} PzBenchParams;

typedef struct
{
  PzBenchWork work;
  double wall_ms;
  double busy_ms; /* how long of that the device worked; 0 where it has no clock */
  double flops, bytes; /* by the ops' own counts */
} PzBenchSample;

/* What the ops of one work took, run one after the other with a timestamp around each. */
typedef struct
{
  PzBenchWork work;
  const char *op; /* interned, as scope; NULL = what lay between the ops */
  const char *scope; /* the layer */
  double ms, flops, bytes;
} PzBenchOp;

typedef struct _PzBench PzBench;

/* began_us: what the firsts below are counted from, on g_get_monotonic_time ()'s clock. cancellable may be NULL.
 * Watches the session's device until it is freed. (transfer full) */
PzBench *pz_bench_new (PzSession *session, gint64 began_us, GCancellable *cancellable);
void pz_bench_free (PzBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBench, pz_bench_free)

/* Runs everything wanted once and appends a PzBenchSample for each, of the steps one each. What is
 * not wanted at the end is not run. The first time loads and compiles. Fails as the tasks do. */
gboolean
pz_bench_run (PzBench *bench, const PzBenchParams *params, GArray *samples, GError **error);

/* Runs everything wanted once more with one step, traced, and appends a PzBenchOp for each op of each work; a
 * picture is its parts. Nothing where the device has no timestamps. */
gboolean
pz_bench_trace (PzBench *bench, const PzBenchParams *params, GArray *ops, GError **error);

/* Milliseconds from began_us to the end of the first step and to the first picture; 0 = not yet. */
double pz_bench_get_first_step_ms (const PzBench *bench);
double pz_bench_get_first_picture_ms (const PzBench *bench);

/* Kernels that were compiled for the session so far. */
guint pz_bench_get_n_pipelines (const PzBench *bench);

G_END_DECLS
