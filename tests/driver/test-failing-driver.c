/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes each driver call fail once, with failing-layer.c: opening a device, storages, a program, runs, closing. Each failure
 * must be reported as an error in one sentence, or be one that the engine can do without. No object may leak, and nothing may
 * hang.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "compute/run.h"

#define N 1000

typedef struct
{
  const char *name;
  PzGpuParams params;
} Way;

static const Way ways[] = {
  { "mapped", { .trace = TRUE } },
  { "staged", { .staged = TRUE } },
};

/* ---- work ---- */

static gboolean
run_program (PzGpu *gpu, PzProgram *program, float *values, GError **error)
{
  PzStorage *x = pz_program_get_storage (program, "x");
  PzStorage *y = pz_program_get_storage (program, "y");

  for (guint i = 0; i < N; i++)
    values[i] = (float) i;
  if (!pz_storage_write_f32 (x, values, N, error))
    return FALSE;
  /* The first run records the commands, the second replays them. */
  for (guint i = 0; i < 2; i++)
    if (!pz_program_run (program, NULL, error))
      return FALSE;
  (void) gpu;
  return pz_storage_read_f32 (y, values, N, error);
}

static gboolean
compute (PzGpu *gpu, float *values, GError **error)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, 1, (const guint[]) { N });
  PzProgram *program;
  gboolean done;

  x = pz_unary (graph, pz_affine (graph, x, 2.0, 1.0), PZ_ACT_RELU);
  pz_graph_output (graph, x, "y");
  program = pz_program_new (gpu, graph, NULL, error);
  if (program == NULL)
    return FALSE;
  done = run_program (gpu, program, values, error);
  pz_program_free (program);
  return done;
}

/* Opens a device, computes and closes it. TRUE = success; the result was then checked. */
static gboolean
work (const Way *way, GError **error)
{
  g_autofree float *values = g_new (float, N);
  PzGpu *gpu = pz_gpu_open (&way->params, error);
  gboolean done;

  if (gpu == NULL)
    return FALSE;
  done = compute (gpu, values, error);
  pz_gpu_close (gpu);
  if (done)
    for (guint i = 0; i < N; i++)
      g_assert_cmpfloat ((double) values[i], ==, 2.0 * i + 1.0);
  return done;
}

/* ---- the layer's report ---- */

typedef struct
{
  char *failed; /* function that failed; NULL = none */
  guint n_places;
  char *left; /* objects that were not destroyed; "" = none */
} Report;

static void
report_clear (Report *report)
{
  g_free (report->failed);
  g_free (report->left);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

static void
read_report (const char *path, Report *report)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) left = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  *report = (Report) { 0 };
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "failed "))
      report->failed = g_strdup (strchr (*line, ' ') + 1);
    else if (g_str_has_prefix (*line, "places "))
      report->n_places = (guint) g_ascii_strtoull (strchr (*line, ' ') + 1, NULL, 10);
    else if (g_str_has_prefix (*line, "left "))
      g_string_append_printf (left, "%s; ", *line);
  report->left = g_strdup (left->str);
  g_unlink (path);
}

/* Does the work while the call from call site `site` fails; 0 = none. */
static gboolean
work_failing (const Way *way, guint site, const char *path, Report *report, GError **error)
{
  g_autofree char *number = g_strdup_printf ("%u", site);
  gboolean done;

  g_setenv ("PZ_FAIL_SITE", number, TRUE);
  g_setenv ("PZ_FAIL_REPORT", path, TRUE);
  done = work (way, error);
  read_report (path, report);
  return done;
}

/* ---- the tests ---- */

static void
check_sentence (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == PZ_ERROR);
  g_assert_cmpuint (strlen (error->message), >, 10);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_each_call (gconstpointer data)
{
  const Way *way = data;
  g_autofree char *folder = g_dir_make_tmp ("pz-failing-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "report", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Report) sound = { 0 };
  guint n_failed = 0;

  g_assert_true (work_failing (way, 0, path, &sound, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (sound.left, ==, "");
  g_assert_cmpuint (sound.n_places, >, 20);
  for (guint site = 1; site <= sound.n_places; site++)
    {
      g_auto (Report) report = { 0 };
      const gboolean done = work_failing (way, site, path, &report, &error);

      g_test_message ("%u: %s: %s", site, report.failed != NULL ? report.failed : "nothing",
                      done ? "done without" : error->message);
      n_failed += report.failed != NULL;
      if (!done)
        check_sentence (error);
      g_clear_error (&error);
      if (report.left[0] != '\0')
        g_test_fail_printf ("%s failed: %s", report.failed, report.left);
    }
  /* Helper threads may compile in another order, or may have compiled before: up to two call sites may not occur. */
  g_assert_cmpuint (n_failed, >=, sound.n_places - 2);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_setenv ("XDG_CACHE_HOME", "/dev/null", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name =
        g_strdup_printf ("/failing-driver/each-call-fails-once-with-%s-memory", ways[i].name);

      g_test_add_data_func (name, &ways[i], test_each_call);
    }
  return g_test_run ();
}
