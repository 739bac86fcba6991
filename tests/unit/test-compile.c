/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Kernels compiled ahead on other CPU cores, and the callback after finished runs.
 */
#include "compute/run.h"

#define N 1000
#define N_KERNELS (PZ_N_ACTS - 1) /* one for each activation */

static PzGpu *
open_gpu (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = pz_gpu_open (&(PzGpuParams) { .validate = TRUE }, &error);

  g_assert_no_error (error);
  return gpu;
}

static void
close_gpu (PzGpu *gpu)
{
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
  pz_gpu_close (gpu);
}

/* Every activation once, one after the other. */
static PzProgram *
make_program (PzGpu *gpu)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 1, (const guint[]) { N });
  PzProgram *program;

  for (guint act = 1; act < PZ_N_ACTS; act++)
    x = pz_unary (graph, x, act);
  pz_graph_output (graph, x, "y");
  program = pz_program_new (gpu, graph, NULL, &error);
  g_assert_no_error (error);
  return program;
}

static void
run_once (PzProgram *program, float answer[N])
{
  g_autoptr (GError) error = NULL;
  float values[N];

  for (guint i = 0; i < N; i++)
    values[i] = (float) i / 100 - 5;
  pz_storage_write_f32 (pz_program_get_storage (program, "x"), values, N, &error);
  g_assert_no_error (error);
  g_assert_true (pz_program_run (program, NULL, &error));
  pz_storage_read_f32 (pz_program_get_storage (program, "y"), answer, N, &error);
  g_assert_no_error (error);
}

static void
test_helpers_change_no_bit (void)
{
  float alone[N], helped[N];
  PzGpu *gpu;
  PzProgram *program;

  for (guint with_helpers = 0; with_helpers < 2; with_helpers++)
    {
      g_setenv ("MESA_SHADER_CACHE_DISABLE", with_helpers ? "false" : "true", TRUE);
      gpu = open_gpu ();
      program = make_program (gpu);
      run_once (program, with_helpers ? helped : alone);
      g_assert_cmpuint (pz_gpu_get_n_pipelines (gpu), ==, N_KERNELS);
      pz_program_free (program);
      close_gpu (gpu);
    }
  g_assert_cmpmem (alone, sizeof alone, helped, sizeof helped);
  g_unsetenv ("MESA_SHADER_CACHE_DISABLE");
}

static void
test_a_program_may_go_while_it_is_compiled (void)
{
  PzGpu *gpu = open_gpu ();

  for (guint i = 0; i < 3; i++)
    pz_program_free (make_program (gpu));
  g_assert_cmpuint (pz_gpu_get_n_pipelines (gpu), ==, 0);
  close_gpu (gpu);
}

static void
test_a_cancelled_first_run_compiles_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PzGpu *gpu = open_gpu ();
  PzProgram *program = make_program (gpu);
  float answer[N];

  g_cancellable_cancel (cancellable);
  g_assert_false (pz_program_run (program, &(PzRunParams) { .cancellable = cancellable },
                                  &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (pz_gpu_get_n_pipelines (gpu), ==, 0);
  run_once (program, answer);
  g_assert_cmpuint (pz_gpu_get_n_pipelines (gpu), ==, N_KERNELS);
  pz_program_free (program);
  close_gpu (gpu);
}

/* ---- the watch ---- */

typedef struct
{
  PzProgram *program;
  guint n_runs, n_rows;
} Seen;

static void
on_ran (PzProgram *program, gpointer data)
{
  g_autoptr (GArray) times = pz_program_get_op_times (program);
  Seen *seen = data;

  g_assert_true (program == seen->program);
  seen->n_runs++;
  seen->n_rows += times->len;
}

static void
test_a_watch_sees_every_run (void)
{
  PzGpu *gpu = open_gpu ();
  PzProgram *program = make_program (gpu);
  Seen seen = { program, 0, 0 };
  float plain[N], traced[N];

  pz_gpu_watch (gpu, FALSE, on_ran, &seen);
  run_once (program, plain);
  g_assert_cmpuint (seen.n_runs, ==, 1);
  g_assert_cmpuint (seen.n_rows, ==, 0);
  g_assert_cmpfloat (pz_program_get_bytes (program), ==, 2.0 * sizeof (float) * N * N_KERNELS);
  if (pz_gpu_get_info (gpu)->limits.timestamp_period_ns > 0)
    {
      g_assert_cmpfloat (pz_program_get_busy_ms (program), >, 0);
      g_assert_cmpfloat (pz_program_get_busy_ms (program), <=,
                         pz_program_get_device_ms (program) + 1e-6);
    }
  pz_gpu_watch (gpu, TRUE, on_ran, &seen);
  run_once (program, traced);
  g_assert_cmpuint (seen.n_runs, ==, 2);
  g_assert_cmpuint (seen.n_rows, ==, N_KERNELS);
  pz_gpu_watch (gpu, FALSE, NULL, NULL);
  run_once (program, traced);
  g_assert_cmpuint (seen.n_runs, ==, 2);
  g_assert_cmpmem (plain, sizeof plain, traced, sizeof traced);
  pz_program_free (program);
  close_gpu (gpu);
}

int
main (int argc, char *argv[])
{
  /* Disables the disk caches, because cached kernels need no helper: not even root can create a folder in /dev/null. */
  g_setenv ("XDG_CACHE_HOME", "/dev/null", TRUE);
  g_setenv ("MESA_SHADER_CACHE_DIR", "/dev/null", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compile/helpers-change-no-bit", test_helpers_change_no_bit);
  g_test_add_func ("/compile/a-program-may-go-while-it-is-compiled",
                   test_a_program_may_go_while_it_is_compiled);
  g_test_add_func ("/compile/a-cancelled-first-run-compiles-nothing",
                   test_a_cancelled_first_run_compiles_nothing);
  g_test_add_func ("/watch/sees-every-run", test_a_watch_sees_every_run);
  return g_test_run ();
}
