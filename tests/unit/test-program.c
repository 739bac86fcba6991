/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Programs: memory, replay, cancelling, progress, loss of the device.
 */
#include <math.h>
#include <string.h>

#include "compute/gpu/hooks.h"
#include "compute/run/program.h"
#include "tests/patience.h"

static const PzGpuParams plain = { .validate = TRUE };
static const PzGpuParams staged = { .validate = TRUE, .staged = TRUE };

static PzGpu *
open_gpu (const PzGpuParams *params)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = pz_gpu_open (params, &error);

  g_assert_no_error (error);
  return gpu;
}

static void
close_gpu (PzGpu *gpu)
{
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
  pz_gpu_close (gpu);
}

static PzProgram *
compile (PzGpu *gpu, PzGraph *graph)
{
  g_autoptr (GError) error = NULL;
  PzProgram *program = pz_program_new (gpu, graph, NULL, &error);

  g_assert_no_error (error);
  pz_graph_free (graph);
  return program;
}

static void
write_all (PzProgram *program, const char *name, float value)
{
  g_autoptr (GError) error = NULL;
  PzStorage *storage = pz_program_get_storage (program, name);
  const gsize n = pz_storage_get_n_elements (storage);
  g_autofree float *values = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = value + (float) (i % 100);
  pz_storage_write_f32 (storage, values, n, &error);
  g_assert_no_error (error);
}

static float
read_one (PzProgram *program, const char *name, gsize index)
{
  g_autoptr (GError) error = NULL;
  float value = 0;

  pz_storage_read (pz_program_get_storage (program, name), index * sizeof value, &value,
                   sizeof value, NULL, &error);
  g_assert_no_error (error);
  return value;
}

/* ---- memory ---- */

static void
test_a_graph_is_replayed (const void *data)
{
  static const guint dims[] = { 3, 7 };
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (data);
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 2, dims);
  PzProgram *program;

  pz_graph_output (graph, pz_affine (graph, pz_affine (graph, x, 2, 1), 3, -1), "y");
  program = compile (gpu, graph);
  for (guint run = 0; run < 4; run++)
    {
      write_all (program, "x", (float) run);
      g_assert_true (pz_program_run (program, NULL, &error));
      for (guint i = 0; i < 21; i++)
        g_assert_cmpfloat (read_one (program, "y", i), ==,
                           3.0f * (2.0f * (float) (run + i) + 1.0f) - 1.0f);
      if (pz_gpu_get_info (gpu)->limits.timestamp_period_ns > 0)
        g_assert_cmpfloat (pz_program_get_device_ms (program), >, 0);
    }
  g_assert_null (pz_program_get_storage (program, "z"));
  pz_program_free (program);
  close_gpu (gpu);
}

static void
test_a_result_may_be_written_over_its_source (void)
{
  static const guint dims[] = { 100 };
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzStorage *state = pz_storage_new (gpu, PZ_ARENA_STATE, PZ_F32, 1, dims, "state", NULL);
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 1, dims);
  PzProgram *program;

  pz_graph_bind (graph, x, state);
  pz_graph_bind (graph, pz_graph_output (graph, pz_affine (graph, x, 2, 0), "y"), state);
  program = compile (gpu, graph);
  write_all (program, "x", 1);
  for (guint run = 0; run < 5; run++)
    g_assert_true (pz_program_run (program, NULL, &error));
  g_assert_cmpfloat (read_one (program, "y", 3), ==, 4 * 32);
  pz_program_free (program);
  pz_storage_unref (state);
  close_gpu (gpu);
}

static void
test_a_source_is_not_overwritten_before_its_last_reader (void)
{
  static const guint dims[] = { 100 };
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzStorage *state = pz_storage_new (gpu, PZ_ARENA_STATE, PZ_F32, 1, dims, "state", NULL);
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 1, dims);

  pz_graph_bind (graph, x, state);
  pz_graph_bind (graph, pz_graph_output (graph, pz_affine (graph, x, 2, 0), "y"), state);
  pz_graph_output (graph, pz_affine (graph, x, 3, 0), "late reader");
  g_assert_null (pz_program_new (gpu, graph, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "the result y overwrites the input x"));
  pz_graph_free (graph);
  pz_storage_unref (state);
  g_assert_cmpuint (pz_gpu_n_blocks (gpu), ==, 0);
  close_gpu (gpu);
}

static void
test_an_unbound_weight_is_named (void)
{
  static const guint dims[] = { 8 };
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 1, dims);

  pz_graph_push (graph, "block.%u", 3);
  pz_graph_output (graph,
                   pz_add (graph, x, pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "bias", 1, dims)),
                   "y");
  pz_graph_pop (graph);
  g_assert_null (pz_program_new (gpu, graph, NULL, &error));
  g_assert_nonnull (strstr (error->message, "block.3.bias"));
  pz_graph_free (graph);
  g_assert_cmpuint (pz_gpu_n_blocks (gpu), ==, 0);
  close_gpu (gpu);
}

/* Adds x and `depth` multiples of it. The multiples are computed first and stay alive, so scratch holds `depth` tensors. */
static PzGraph *
wide_graph (guint n, guint depth)
{
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 1, &n);
  PzTensor *kept[16];
  PzTensor *sum = x;

  for (guint i = 0; i < depth; i++)
    kept[i] = pz_affine (graph, x, (float) i, 0);
  for (guint i = 0; i < depth; i++)
    sum = pz_add (graph, sum, kept[i]);
  pz_graph_output (graph, sum, "y");
  return graph;
}

static void
test_programs_share_scratch (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzProgram *large = compile (gpu, wide_graph (100000, 8));
  const guint64 before = pz_gpu_used_bytes (gpu);
  PzProgram *small = compile (gpu, wide_graph (1000, 4));

  g_assert_cmpuint (pz_program_get_scratch_bytes (large), >=, 8 * 400000);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, before);
  /* The program that allocated the scratch may be freed: the other one still holds it. */
  pz_program_free (large);
  write_all (small, "x", 1);
  g_assert_true (pz_program_run (small, NULL, &error));
  g_assert_cmpfloat (read_one (small, "y", 0), ==, 1 + 0 + 1 + 2 + 3);
  pz_program_free (small);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, 0);
  close_gpu (gpu);
}

static void
test_too_little_memory_is_said_before_anything_is_taken (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzGraph *graph = wide_graph (1 << 20, 8);

  pz_gpu_set_memory_limit (gpu, (guint64) 20 << 20);
  g_assert_null (pz_program_new (gpu, graph, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
  g_assert_nonnull (strstr (error->message, "20.0 MiB are free"));
  g_assert_cmpuint (pz_gpu_peak_bytes (gpu), ==, 0);
  pz_graph_free (graph);
  close_gpu (gpu);
}

/* ---- long runs ---- */

/* Many large products, which take seconds on a software device. */
static PzProgram *
long_program (PzGpu *gpu, guint layers, guint rows)
{
  static const guint weight_dims[] = { 1024, 1024 };
  const guint dims[] = { rows, 1024 };
  PzGraph *graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, 2, dims);
  PzTensor *w = pz_graph_input (graph, "w", PZ_F16, 2, weight_dims);
  PzProgram *program;

  for (guint i = 0; i < layers; i++)
    x = pz_linear (graph, x, w, NULL);
  pz_graph_output (graph, x, "y");
  program = compile (gpu, graph);
  pz_storage_fill (pz_program_get_storage (program, "w"), 0, NULL);
  pz_storage_fill (pz_program_get_storage (program, "x"), 0, NULL);
  return program;
}

typedef struct
{
  GCancellable *cancellable;
  gint64 at_us;
  gdouble last, total;
  guint calls;
} Watch;

static gpointer
cancel_later (gpointer data)
{
  Watch *watch = data;

  g_usleep (400000);
  watch->at_us = g_get_monotonic_time ();
  g_cancellable_cancel (watch->cancellable);
  return NULL;
}

static void
on_progress (gdouble done, gdouble total, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpfloat (done, >=, watch->last);
  g_assert_cmpfloat (done, <=, total * 1.000001);
  if (watch->calls++ > 0)
    g_assert_cmpfloat (total, ==, watch->total);
  watch->last = done;
  watch->total = total;
}

/* A run must end within half a second after it was cancelled, with many dispatches or with few very large ones. */
static void
cancel_one (guint layers, guint rows)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzProgram *program = long_program (gpu, layers, rows);
  Watch watch = { .cancellable = g_cancellable_new () };
  GThread *thread = g_thread_new ("cancel", cancel_later, &watch);
  PzRunParams params = { .cancellable = watch.cancellable,
                         .progress = on_progress,
                         .progress_data = &watch };

  /* A fast device finishes a run before it is cancelled, so repeat. */
  for (guint i = 0; error == NULL; i++)
    {
      watch.last = watch.calls = 0;
      pz_program_run (program, &params, &error);
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_test_message ("heard after %.0f ms",
                  (gdouble) (g_get_monotonic_time () - watch.at_us) / 1e3);
  g_assert_cmpint (g_get_monotonic_time () - watch.at_us, <, pz_patience_us (0.5));
  g_clear_object (&watch.cancellable);
  pz_program_free (program);
  close_gpu (gpu);
}

static void
test_cancel_is_heard_within_half_a_second (void)
{
  cancel_one (60, 512);
  cancel_one (2, 16384);
}

static void
test_progress_ends_at_the_total (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzProgram *program = long_program (gpu, 6, 256);
  Watch watch = { 0 };
  PzRunParams params = { .progress = on_progress, .progress_data = &watch };

  for (guint run = 0; run < 3; run++)
    {
      watch.last = watch.calls = 0;
      g_assert_true (pz_program_run (program, &params, &error));
      g_assert_cmpuint (watch.calls, >, 0);
      g_assert_cmpfloat (fabs (watch.last - watch.total), <=, watch.total * 1e-6);
    }
  g_assert_cmpfloat (pz_program_get_flops (program), >=, 6 * 2.0 * 256 * 1024 * 1024);
  pz_program_free (program);
  close_gpu (gpu);
}

static void
test_a_cancelled_compilation_makes_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PzGpu *gpu = open_gpu (&plain);
  PzGraph *graph = wide_graph (1000, 4);

  g_cancellable_cancel (cancellable);
  g_assert_null (pz_program_new (gpu, graph, &(PzRunParams) { .cancellable = cancellable },
                                 &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pz_graph_free (graph);
  g_assert_cmpuint (pz_gpu_n_blocks (gpu), ==, 0);
  close_gpu (gpu);
}

/* ---- lost devices ---- */

static void
test_a_lost_device_stays_lost (const void *data)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (data);
  PzProgram *program = long_program (gpu, 8, 256);
  float value = 0;

  pz_program_set_min_submits (program, 6);
  pz_gpu_pretend_lost (gpu, 2);
  g_assert_false (pz_program_run (program, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_false (pz_program_run (program, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_false (pz_storage_read (pz_program_get_storage (program, "y"), 0, &value,
                                   sizeof value, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_false (pz_storage_write (pz_program_get_storage (program, "x"), 0, &value,
                                    sizeof value, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  pz_program_free (program);
  close_gpu (gpu);
}

/* Simulates a driver that accepts work and never finishes it. */
static void
test_a_driver_that_hangs_is_not_waited_for (const void *data)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (data);
  PzProgram *program = long_program (gpu, 8, 256);
  const gint64 start = g_get_monotonic_time ();

  pz_gpu_pretend_hung (gpu, 50 * 1000 * 1000);
  g_assert_false (pz_program_run (program, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  g_assert_nonnull (strstr (error->message, "the graphics driver hangs"));
  g_assert_nonnull (strstr (error->message, "within 0.05 seconds"));
  g_clear_error (&error);
  g_assert_false (pz_program_run (program, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  pz_program_free (program);
  pz_gpu_close (gpu);
  g_assert_cmpint (g_get_monotonic_time () - start, <, pz_patience_us (60));
}

/* ---- measuring ---- */

static void
test_traced_ops_have_times (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) times = NULL;
  PzGpu *gpu = open_gpu (&(PzGpuParams) { .validate = TRUE, .trace = TRUE });
  PzGraph *graph = pz_graph_new (PZ_F32);
  const guint dims[] = { 1000, 333 };
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 2, dims);
  PzProgram *program;
  gdouble sum = 0;

  pz_graph_push (graph, "first");
  x = pz_affine (graph, x, 2, 0);
  pz_graph_pop (graph);
  pz_graph_push (graph, "second");
  x = pz_add (graph, x, x);
  pz_graph_pop (graph);
  pz_graph_output (graph, x, "y");
  program = compile (gpu, graph);
  for (guint run = 0; run < 2; run++)
    g_assert_true (pz_program_run (program, NULL, &error));
  times = pz_program_get_op_times (program);
  g_assert_cmpuint (times->len, ==, 2);
  g_assert_cmpstr (g_array_index (times, PzOpTime, 0).scope, ==, "first");
  g_assert_cmpstr (g_array_index (times, PzOpTime, 0).op, ==, "affine");
  g_assert_cmpstr (g_array_index (times, PzOpTime, 1).scope, ==, "second");
  for (guint i = 0; i < times->len && pz_gpu_get_info (gpu)->limits.timestamp_period_ns > 0;
       i++)
    {
      g_assert_cmpfloat (g_array_index (times, PzOpTime, i).ms, >, 0);
      g_assert_cmpfloat (g_array_index (times, PzOpTime, i).flops, >, 0);
      sum += g_array_index (times, PzOpTime, i).ms;
    }
  g_assert_cmpfloat (sum, <=, pz_program_get_device_ms (program));
  pz_program_free (program);
  close_gpu (gpu);
}

/* Kernel times are measured, so later recordings need not be as cautious as the first one. */
static void
test_submits_approach_the_budget (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  PzProgram *program = long_program (gpu, 6, 256);
  Watch watch = { 0 };
  PzRunParams params = { .progress = on_progress, .progress_data = &watch };

  for (guint run = 0; run < 5; run++)
    {
      watch.last = watch.calls = 0; /* one call per submit */
      g_assert_true (pz_program_run (program, &params, &error));
    }
  g_test_message ("%u submits for %.0f ms", watch.calls, pz_program_get_device_ms (program));
  g_assert_cmpfloat (watch.calls, <=,
                     4 + 4 * pz_program_get_device_ms (program) / 1e3 / PZ_BUDGET_SECONDS);
  pz_program_free (program);
  close_gpu (gpu);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/program/a-graph-is-replayed", &plain, test_a_graph_is_replayed);
  g_test_add_data_func ("/program/a-staged-graph-is-replayed", &staged,
                        test_a_graph_is_replayed);
  g_test_add_func ("/program/a-result-may-be-written-over-its-source",
                   test_a_result_may_be_written_over_its_source);
  g_test_add_func ("/program/a-source-is-not-overwritten-before-its-last-reader",
                   test_a_source_is_not_overwritten_before_its_last_reader);
  g_test_add_func ("/program/an-unbound-weight-is-named", test_an_unbound_weight_is_named);
  g_test_add_func ("/program/programs-share-scratch", test_programs_share_scratch);
  g_test_add_func ("/program/too-little-memory-is-said-before-anything-is-taken",
                   test_too_little_memory_is_said_before_anything_is_taken);
  g_test_add_func ("/program/cancel-is-heard-within-half-a-second",
                   test_cancel_is_heard_within_half_a_second);
  g_test_add_func ("/program/progress-ends-at-the-total", test_progress_ends_at_the_total);
  g_test_add_func ("/program/a-cancelled-compilation-makes-nothing",
                   test_a_cancelled_compilation_makes_nothing);
  g_test_add_data_func ("/program/a-driver-that-hangs-is-not-waited-for", &plain,
                        test_a_driver_that_hangs_is_not_waited_for);
  g_test_add_data_func ("/program/a-lost-device-stays-lost", &plain,
                        test_a_lost_device_stays_lost);
  g_test_add_data_func ("/program/a-lost-staged-device-stays-lost", &staged,
                        test_a_lost_device_stays_lost);
  g_test_add_func ("/program/traced-ops-have-times", test_traced_ops_have_times);
  g_test_add_func ("/program/submits-approach-the-budget", test_submits_approach_the_budget);
  return g_test_run ();
}
