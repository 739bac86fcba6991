/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The device, its memory and the replay of programs, on a real device (software counts).
 */
#include <math.h>

#include "compute/gpu/hooks.h"
#include "compute/run.h"
#include "compute/run/program.h"

static PzGpu *
open_gpu (const PzGpuParams *params)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = pz_gpu_open (params, &error);

  g_assert_no_error (error);
  return gpu;
}

static void
test_a_graph_runs (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&(PzGpuParams){ .validate = TRUE });
  PzGraph *graph = pz_graph_new (PZ_F32);
  guint dims[] = { 3, 7 };
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 2, dims);
  float in[21], out[21];

  pz_graph_output (graph, pz_affine (graph, pz_affine (graph, x, 2, 1), 3, -1), "y");
  PzProgram *program = pz_program_new (gpu, graph, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 21; i++)
    in[i] = (float) i;
  g_assert_true (pz_storage_write_f32 (pz_program_get_storage (program, "x"), in, 21, &error));
  for (guint run = 0; run < 3; run++)
    {
      g_assert_true (pz_program_run (program, NULL, &error));
      g_assert_true (pz_storage_read_f32 (pz_program_get_storage (program, "y"), out, 21, &error));
      for (guint i = 0; i < 21; i++)
        g_assert_cmpfloat (out[i], ==, 3.0f * (2.0f * in[i] + 1.0f) - 1.0f);
      g_assert_cmpfloat (pz_program_get_device_ms (program), >, 0);
    }
  pz_program_free (program);
  pz_graph_free (graph);
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
  g_assert_cmpuint (pz_gpu_n_blocks (gpu), ==, 0);
  pz_gpu_close (gpu);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu/a-graph-runs", test_a_graph_runs);
  return g_test_run ();
}
