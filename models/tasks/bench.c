/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures how long pieces of work take: see bench.h.
 *
 * The session runs its normal tasks. Its progress reports tell which work is running; the callback of pz_gpu_watch () tells how
 * long the device worked for it.
 */
#include "models/bench.h"
#include "models/learn.h"

#include <math.h>

#include "models/tasks/bench-ops.h"

#define CONCEPT_SIDE 512 /* of the synthetic picture of a concept */
#define MOST_LEARN_STEPS 7 /* longer runs would also evaluate the fixed batch */
#define NOTHING PZ_N_BENCH /* no measured work */

static const struct
{
  const char *name, *title;
  gboolean is_op, is_sized, is_special;
} works[] = {
  [PZ_BENCH_GEMM] = { "gemm", "1024x1024 matrix product", TRUE, FALSE },
  [PZ_BENCH_CONV] = { "conv", "3x3 convolution, 320 to 320 channels at 64x64", TRUE, FALSE },
  [PZ_BENCH_ATTENTION] = { "attention", "4096 tokens, 8 heads of width 40", TRUE, FALSE },
  [PZ_BENCH_ENCODE] = { "encode", "encode a concept's picture into words and features", FALSE,
                        FALSE },
  [PZ_BENCH_LEARN_STEP] = { "learn-step", "one step of learning words; only if named by --only",
                            FALSE, TRUE, TRUE },
  [PZ_BENCH_TEXT] = { "text", "encode a prompt into keys and values", FALSE, FALSE },
  [PZ_BENCH_STEP] = { "step", "one sampling step", FALSE, TRUE },
  [PZ_BENCH_DECODE] = { "decode", "decode a latent into a picture", FALSE, TRUE },
  [PZ_BENCH_PICTURE] = { "picture", "everything from prompt to picture", FALSE, TRUE },
};

/* The measurements of one work so far. */
typedef struct
{
  PzBenchWork work;
  gint64 began_us;
  double busy_ms, flops, bytes;
} Tally;

struct _PzBench
{
  PzSession *session; /* not owned */
  PzGpu *gpu; /* the session's */
  GCancellable *cancellable; /* the user's; NULL = none */
  GCancellable *stop; /* cancelled with it, or when no more work is wanted */
  gulong stop_id;
  gint64 began_us;
  double first_step_ms, first_picture_ms;
  PzProgram *ops[PZ_BENCH_ATTENTION + 1]; /* created on first use */
  PzConcept *concept;

  /* One call of run or trace. */
  const PzBenchParams *params;
  GArray *samples; /* of PzBenchSample; NULL = not wanted */
  GArray *traced; /* of PzBenchOp; NULL = not wanted */
  gboolean enough; /* stopped because no more work was wanted */
  Tally part, whole;
  guint step;
};

const char *
pz_bench_name (PzBenchWork work)
{
  return works[work].name;
}

const char *
pz_bench_title (PzBenchWork work)
{
  return works[work].title;
}

gboolean
pz_bench_is_sized (PzBenchWork work)
{
  return works[work].is_sized;
}

gboolean
pz_bench_is_usual (PzBenchWork work)
{
  return !works[work].is_special;
}

static gboolean
is_wanted (const PzBench *bench, PzBenchWork work)
{
  return (bench->params->wanted >> work & 1) != 0;
}

/* ---- counting ---- */

static double
since (gint64 began_us)
{
  return (double) (g_get_monotonic_time () - began_us) / 1000.0;
}

static void
begin (Tally *tally, PzBenchWork work)
{
  *tally = (Tally) { .work = work, .began_us = g_get_monotonic_time () };
}

static void
finish (PzBench *bench, Tally *tally)
{
  PzBenchSample sample = { tally->work, since (tally->began_us), tally->busy_ms, tally->flops,
                           tally->bytes };

  if (tally->work != NOTHING && is_wanted (bench, tally->work) && bench->samples != NULL)
    g_array_append_val (bench->samples, sample);
  tally->work = NOTHING;
}

/* Appends the ops of one program, and a row for the device time between them. */
static void
append_ops (PzBench *bench, PzProgram *program)
{
  g_autoptr (GArray) times = pz_program_get_op_times (program);
  PzBenchOp between = { .work = bench->part.work, .ms = pz_program_get_busy_ms (program) };

  for (guint i = 0; i < times->len; i++)
    {
      const PzOpTime *time = &g_array_index (times, PzOpTime, i);
      PzBenchOp op = {
        bench->part.work,
        g_intern_string (time->op),
        g_intern_string (time->scope),
        time->ms,
        time->flops,
        time->bytes,
      };

      between.ms -= time->ms;
      g_array_append_val (bench->traced, op);
    }
  between.ms = MAX (between.ms, 0.0);
  g_array_append_val (bench->traced, between);
}

static void
on_ran (PzProgram *program, gpointer data)
{
  PzBench *bench = data;
  Tally *const tallies[] = { &bench->part, &bench->whole };

  for (guint i = 0; i < G_N_ELEMENTS (tallies); i++)
    {
      tallies[i]->busy_ms += pz_program_get_busy_ms (program);
      tallies[i]->flops += pz_program_get_flops (program);
      tallies[i]->bytes += pz_program_get_bytes (program);
    }
  if (bench->traced != NULL && bench->part.work != NOTHING
      && is_wanted (bench, bench->part.work))
    append_ops (bench, program);
}

/* ---- the session's tasks ---- */

static void
note_firsts (PzBench *bench, PzBenchWork finished)
{
  if (finished == PZ_BENCH_STEP && bench->first_step_ms == 0.0)
    bench->first_step_ms = since (bench->began_us);
  if (finished == PZ_BENCH_DECODE && bench->first_picture_ms == 0.0)
    bench->first_picture_ms = since (bench->began_us);
}

/* Ends the current part and starts measuring `work`. */
static void
turn_to (PzBench *bench, PzBenchWork work)
{
  note_firsts (bench, bench->part.work);
  finish (bench, &bench->part);
  begin (&bench->part, work);
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  static const PzBenchWork work_of[] = {
    [PZ_STAGE_LOAD] = NOTHING,           [PZ_STAGE_ENCODE] = NOTHING,
    [PZ_STAGE_TEXT] = PZ_BENCH_TEXT,     [PZ_STAGE_STEP] = PZ_BENCH_STEP,
    [PZ_STAGE_DECODE] = PZ_BENCH_DECODE,
  };
  PzBench *bench = data;
  const PzBenchWork work = work_of[progress->stage];

  if (work == bench->part.work && progress->step == bench->step)
    return;
  turn_to (bench, work);
  bench->step = progress->step;
  bench->enough = (work == PZ_BENCH_DECODE && !is_wanted (bench, PZ_BENCH_DECODE)
                   && !is_wanted (bench, PZ_BENCH_PICTURE))
                  || (work == PZ_BENCH_STEP && bench->params->wanted >> PZ_BENCH_STEP == 0);
  if (bench->enough)
    g_cancellable_cancel (bench->stop);
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  PzBench *bench = data;

  (void) variant;
  (void) error;
  turn_to (bench, NOTHING);
  return TRUE;
}

/* Draws a striped disc and its mask. Both are (transfer full). */
static void
draw_disc (PzImage **image, PzImage **mask)
{
  const gsize n = (gsize) CONCEPT_SIDE * CONCEPT_SIDE;
  float *pixels = g_new (float, 3 * n);
  float *inside = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    {
      double x = (double) (i % CONCEPT_SIDE) / CONCEPT_SIDE - 0.5;
      double y = (double) (i / CONCEPT_SIDE) / CONCEPT_SIDE - 0.5;

      inside[i] = x * x + y * y < 0.16 ? 1.0f : 0.0f;
      for (guint c = 0; c < 3; c++)
        pixels[3 * i + c] =
          inside[i] > 0.0f ? (float) (0.5 + 0.5 * sin (40.0 * x + c)) : (float) (0.5 + y);
    }
  *image = pz_image_new_take (CONCEPT_SIDE, CONCEPT_SIDE, 3, pixels);
  *mask = pz_image_new_take (CONCEPT_SIDE, CONCEPT_SIDE, 1, inside);
}

static gboolean
run_encode (PzBench *bench, GError **error)
{
  const PzTaskParams task = { .cancellable = bench->stop };
  g_autoptr (PzImage) image = NULL;
  g_autoptr (PzImage) mask = NULL;

  begin (&bench->part, PZ_BENCH_ENCODE);
  g_clear_pointer (&bench->concept, pz_concept_unref);
  draw_disc (&image, &mask);
  bench->concept = pz_session_encode (bench->session, image, mask, &task, error);
  if (bench->concept != NULL)
    turn_to (bench, NOTHING);
  return bench->concept != NULL;
}

static gboolean
run_picture (PzBench *bench, GError **error)
{
  const PzBenchParams *params = bench->params;
  const PzTaskParams task = {
    .cancellable = bench->stop,
    .progress = on_progress,
    .progress_data = bench,
  };
  const PzGenerateParams generate = {
    .prompt = params->with_concept ? "a photo of S" : "a photo of a ball",
    .steps = params->steps,
    .guidance = params->guidance,
    .fidelity = -1.0,
    .width = params->width,
    .height = params->height,
  };
  g_autoptr (GError) failed = NULL;

  begin (&bench->whole, PZ_BENCH_PICTURE);
  begin (&bench->part, NOTHING);
  bench->enough = FALSE;
  if (!pz_session_generate (bench->session, &generate, &bench->concept,
                            params->with_concept ? 1 : 0, &task, on_variant, bench, &failed)
      && !bench->enough)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (!bench->enough)
    finish (bench, &bench->whole);
  return TRUE;
}

/* ---- learning ---- */

/* Called when everything is loaded and compiled. */
static void
on_learn_begins (double seconds, gpointer data)
{
  (void) seconds;
  turn_to (data, PZ_BENCH_LEARN_STEP);
}

static void
on_learn_step (const PzLearnStep *step, gpointer data)
{
  turn_to (data, step->step < step->n_steps ? PZ_BENCH_LEARN_STEP : NOTHING);
}

static gboolean
run_learning (PzBench *bench, GError **error)
{
  const PzBenchParams *params = bench->params;
  const PzLearnTask task = {
    .cancellable = bench->stop,
    .forecast = on_learn_begins,
    .step = on_learn_step,
    .data = bench,
  };
  g_autoptr (PzImage) image = NULL;
  g_autoptr (PzImage) mask = NULL;
  g_autoptr (GPtrArray) learned = NULL;

  draw_disc (&image, &mask);
  learned = pz_session_learn (bench->session,
                              &(PzLearnParams) {
                                .method = "cross-initialization",
                                .images = &image,
                                .n_images = 1,
                                .name = "a-disc",
                                .class_word = "ball",
                                .steps = CLAMP (params->steps, 1, MOST_LEARN_STEPS),
                                .batch = params->samples,
                                .width = params->width,
                                .height = params->height,
                              },
                              &task, error);
  return learned != NULL;
}

/* ---- one op ---- */

static gboolean
run_op (PzBench *bench, PzBenchWork work, GError **error)
{
  if (bench->ops[work] == NULL)
    bench->ops[work] = pz_bench_op_new (bench->gpu, work, error);
  if (bench->ops[work] == NULL)
    return FALSE;
  begin (&bench->part, work);
  if (!pz_program_run (bench->ops[work], &(PzRunParams) { .cancellable = bench->stop }, error))
    return FALSE;
  turn_to (bench, NOTHING);
  return TRUE;
}

/* ---- all wanted work ---- */

static gboolean
run_wanted (PzBench *bench, GError **error)
{
  const guint pictures =
    1u << PZ_BENCH_TEXT | 1u << PZ_BENCH_STEP | 1u << PZ_BENCH_DECODE | 1u << PZ_BENCH_PICTURE;
  const gboolean wants_picture = (bench->params->wanted & pictures) != 0;

  bench->step = 0;
  g_cancellable_reset (bench->stop);
  if (bench->cancellable != NULL
      && g_cancellable_set_error_if_cancelled (bench->cancellable, error))
    return FALSE;
  for (guint work = 0; work < G_N_ELEMENTS (bench->ops); work++)
    if (is_wanted (bench, work) && !run_op (bench, work, error))
      return FALSE;
  if ((is_wanted (bench, PZ_BENCH_ENCODE)
       || (wants_picture && bench->params->with_concept && bench->concept == NULL))
      && !run_encode (bench, error))
    return FALSE;
  if (is_wanted (bench, PZ_BENCH_LEARN_STEP) && !run_learning (bench, error))
    return FALSE;
  return !wants_picture || run_picture (bench, error);
}

gboolean
pz_bench_run (PzBench *bench, const PzBenchParams *params, GArray *samples, GError **error)
{
  gboolean done;

  bench->params = params;
  bench->samples = samples;
  done = run_wanted (bench, error);
  bench->samples = NULL;
  return done;
}

gboolean
pz_bench_trace (PzBench *bench, const PzBenchParams *params, GArray *ops, GError **error)
{
  PzBenchParams parts = *params;
  gboolean done;

  if ((parts.wanted >> PZ_BENCH_PICTURE & 1) != 0)
    parts.wanted |= 1u << PZ_BENCH_TEXT | 1u << PZ_BENCH_STEP | 1u << PZ_BENCH_DECODE;
  parts.wanted &= ~(1u << PZ_BENCH_PICTURE);
  parts.steps = 1;
  if (pz_gpu_get_info (bench->gpu)->limits.timestamp_period_ns <= 0.0)
    return TRUE;
  bench->params = &parts;
  bench->traced = ops;
  pz_gpu_watch (bench->gpu, TRUE, on_ran, bench);
  done = run_wanted (bench, error);
  pz_gpu_watch (bench->gpu, FALSE, on_ran, bench);
  bench->traced = NULL;
  return done;
}

static void
on_cancelled (GCancellable *cancellable, gpointer stop)
{
  (void) cancellable;
  g_cancellable_cancel (stop);
}

PzBench *
pz_bench_new (PzSession *session, gint64 began_us, GCancellable *cancellable)
{
  PzBench *bench = g_new0 (PzBench, 1);

  bench->session = session;
  bench->gpu = pz_session_get_gpu (session);
  bench->began_us = began_us;
  bench->part.work = bench->whole.work = NOTHING;
  bench->stop = g_cancellable_new ();
  if (cancellable != NULL)
    {
      bench->cancellable = g_object_ref (cancellable);
      bench->stop_id =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), bench->stop, NULL);
    }
  pz_gpu_watch (bench->gpu, FALSE, on_ran, bench);
  return bench;
}

void
pz_bench_free (PzBench *bench)
{
  if (bench == NULL)
    return;
  pz_gpu_watch (bench->gpu, FALSE, NULL, NULL);
  g_cancellable_disconnect (bench->cancellable, bench->stop_id);
  for (guint i = 0; i < G_N_ELEMENTS (bench->ops); i++)
    g_clear_pointer (&bench->ops[i], pz_program_free);
  g_clear_pointer (&bench->concept, pz_concept_unref);
  g_clear_object (&bench->cancellable);
  g_object_unref (bench->stop);
  g_free (bench);
}

double
pz_bench_get_first_step_ms (const PzBench *bench)
{
  return bench->first_step_ms;
}

double
pz_bench_get_first_picture_ms (const PzBench *bench)
{
  return bench->first_picture_ms;
}

guint
pz_bench_get_n_pipelines (const PzBench *bench)
{
  return pz_gpu_get_n_pipelines (bench->gpu);
}
