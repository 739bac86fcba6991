/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cold and warm start: see bench-start.h.
 */
#include "cli/bench-start.h"

#include <glib/gstdio.h>
#include <stdio.h>

#include "compute/error.h"

static double
number_of (JsonObject *object, const char *key)
{
  return json_object_get_double_member_with_default (object, key, 0.0);
}

static gboolean
understand (const char *text, PzBenchStart *start, GError **error)
{
  g_autoptr (JsonNode) root = json_from_string (text, error);
  JsonObject *object;

  if (root == NULL)
    return FALSE;
  object = json_node_get_object (root);
  *start = (PzBenchStart) {
    .first_step_ms = number_of (object, "first_step_ms"),
    .first_picture_ms = number_of (object, "first_picture_ms"),
    .n_pipelines = json_object_get_int_member_with_default (object, "pipelines", 0),
    .peak_bytes = json_object_get_int_member_with_default (object, "peak_process_bytes", 0),
  };
  return TRUE;
}

static gboolean
run_once (GSubprocessLauncher *launcher,
          const char *const arguments[],
          PzBenchStart *start,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawnv (launcher, arguments, error);
  g_autofree char *text = NULL;

  if (process == NULL)
    return FALSE;
  if (!g_subprocess_communicate_utf8 (process, NULL, cancellable, &text, NULL, error))
    {
      g_subprocess_send_signal (process, 2);
      g_subprocess_wait (process, NULL, NULL);
      return FALSE;
    }
  return g_subprocess_wait_check (process, NULL, error) && understand (text, start, error);
}

static void
delete_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR)
          && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        delete_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

gboolean
pz_bench_start (const char *const arguments[],
                PzBenchStart *cold,
                PzBenchStart *warm,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *folder = g_dir_make_tmp ("personalize-start-XXXXXX", error);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  gboolean done;

  if (self == NULL || folder == NULL)
    return FALSE;
  g_ptr_array_add (argv, self);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "MESA_SHADER_CACHE_DIR", folder, TRUE);
  done = run_once (launcher, (const char *const *) argv->pdata, cold, cancellable, error)
         && run_once (launcher, (const char *const *) argv->pdata, warm, cancellable, error);
  delete_folder (folder);
  return done;
}

void
pz_bench_start_print (const char *name, const PzBenchStart *start)
{
  printf ("%s start: first step after %.2f s, first picture after %.2f s, "
          "%" G_GINT64_FORMAT " kernels, peak memory %.0f MiB\n",
          name, start->first_step_ms / 1000.0, start->first_picture_ms / 1000.0,
          start->n_pipelines, (double) start->peak_bytes / (1 << 20));
}

void
pz_bench_start_to_json (const char *name, const PzBenchStart *start, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  pz_json_add_number (builder, "first_step_ms", start->first_step_ms);
  pz_json_add_number (builder, "first_picture_ms", start->first_picture_ms);
  pz_json_add_int (builder, "pipelines", start->n_pipelines);
  pz_json_add_int (builder, "peak_process_bytes", start->peak_bytes);
  json_builder_end_object (builder);
}
