/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A system on which no thread can be created: the gpu's thread compiles all kernels. GLib's two functions that create a thread
 * are replaced with functions that fail as they do on such a system.
 */
#include "compute/run.h"

GThread *
g_thread_try_new (const char *name, GThreadFunc function, gpointer data, GError **error)
{
  (void) name;
  (void) function;
  (void) data;
  g_set_error (error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "no thread");
  return NULL;
}

GThread *
g_thread_new (const char *name, GThreadFunc function, gpointer data)
{
  (void) function;
  (void) data;
  g_error ("creating thread '%s': no thread", name);
}

static void
test_kernels_are_made_without_threads (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = pz_gpu_open (NULL, &error);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x;
  PzProgram *program;
  float value = 1.0f;

  if (gpu == NULL)
    {
      g_test_skip (error->message);
      return;
    }
  x = pz_graph_input (graph, "x", PZ_F32, 1, (const guint[]) { 1 });
  for (guint act = 1; act < PZ_N_ACTS; act++)
    x = pz_unary (graph, x, act);
  pz_graph_output (graph, x, "y");
  program = pz_program_new (gpu, graph, NULL, &error);
  g_assert_no_error (error);
  pz_storage_write_f32 (pz_program_get_storage (program, "x"), &value, 1, &error);
  g_assert_true (pz_program_run (program, NULL, &error));
  g_assert_no_error (error);
  pz_program_free (program);
  pz_gpu_close (gpu);
}

int
main (int argc, char **argv)
{
  /* Disables the disk caches, because cached kernels need no helper: not even root can create a folder in /dev/null. */
  g_setenv ("XDG_CACHE_HOME", "/dev/null", TRUE);
  g_setenv ("MESA_SHADER_CACHE_DIR", "/dev/null", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compile/without-threads-kernels-are-made-one-by-one",
                   test_kernels_are_made_without_threads);
  return g_test_run ();
}
