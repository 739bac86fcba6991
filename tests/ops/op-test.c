/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The op tests. One program runs the families of compute/conformance/op-case.h that are given as arguments, or all of them;
 * --families lists them. Each case is a test /ops/OP/DTYPE/PATH/NAME. DTYPE is f32 or f16, the graph's activation dtype. PATH
 * is plain, or coop if .coop is set for the op and the device has cooperative matrices. Select tests with -p PATH, list them
 * with -l. In addition to pz_op_bench_compare (), each test checks that
 *   - the bits are the same when replayed, with the dispatches between barriers reversed, and divided into many submits;
 *   - no barrier is missing, and none is superfluous;
 *   - the validation layers report nothing;
 *   - a case that must be rejected is rejected with the words in the case.
 * meson runs everything with subgroups of 4, 8 and 16 on the software driver. PZ_OP_TEST_PATH=plain leaves out the coop cases.
 *
 * Gradients (op-gradient.c) are tested with the same cases. For a random gradient of the result, the gradients of all
 * floating-point sources that .constant does not list are compared with central differences of the reference, within 1e-3 for
 * f32 and 1e-2 for f16, and again with dispatches reversed and divided into many submits. An op without a backward rule must
 * be rejected by name; check-registry.py lists these ops.
 */
#include <string.h>

#include "compute/run/hazards.h"
#include "compute/run/program.h"
#include "tests/ops/op-gradient.h"

typedef enum
{
  PATH_PLAIN,
  PATH_COOP,
  N_PATHS,
} Path;

static const char *const path_names[N_PATHS] = { "plain", "coop" };

/* Devices are opened when first needed and kept to the end. */
typedef struct
{
  PzGpu *gpus[N_PATHS];
} Devices;

typedef struct
{
  Devices *devices;
  const PzOpTest *test;
  const PzOpCase *c;
  PzDtype activation;
  Path path;
} Run;

/* ---- checks ---- */

static gboolean
run_and_read (PzOpBench *bench, guint8 *bytes)
{
  g_autoptr (GError) error = NULL;
  const gboolean done =
    pz_op_bench_run (bench, &error)
    && pz_storage_read (bench->out, 0, bytes, pz_storage_get_bytes (bench->out), NULL, &error);

  if (!done)
    g_test_fail_printf ("%s", error->message);
  return done;
}

static void
check_same_bits (PzOpBench *bench, const guint8 *first)
{
  const gsize n = pz_storage_get_bytes (bench->out);
  g_autofree guint8 *again = g_malloc (n);

  if (!run_and_read (bench, again) || memcmp (first, again, n) != 0)
    g_test_fail_printf ("replayed, the bits differ");
  pz_program_set_reversed (bench->program, TRUE);
  if (!run_and_read (bench, again) || memcmp (first, again, n) != 0)
    g_test_fail_printf ("reversed between barriers, the bits differ");
  pz_program_set_reversed (bench->program, FALSE);
  pz_program_set_min_submits (bench->program, 7);
  if (!run_and_read (bench, again) || memcmp (first, again, n) != 0)
    g_test_fail_printf ("cut into many submits, the bits differ");
}

/* No barrier may be missing. Removes each one in turn: the checker must then report it. */
static void
check_barriers (PzProgram *program)
{
  g_autofree char *missing =
    pz_hazards_find_missing (program->dispatches, program->n_dispatches,
                             program->barrier_before);

  if (missing != NULL)
    g_test_fail_printf ("%s", missing);
  for (guint i = 0; i < program->n_dispatches; i++)
    {
      g_autofree char *found = NULL;

      if (!program->barrier_before[i])
        continue;
      program->barrier_before[i] = FALSE;
      found = pz_hazards_find_missing (program->dispatches, program->n_dispatches,
                                       program->barrier_before);
      program->barrier_before[i] = TRUE;
      if (found == NULL)
        g_test_fail_printf ("the barrier before dispatch %u protects nothing", i);
    }
}

/* ---- one run ---- */

static void
check_refusal (const PzOpBench *bench)
{
  g_autoptr (GError) error = NULL;

  if (pz_graph_check (bench->graph, &error))
    g_test_fail_printf ("the op took what it should refuse");
  else if (strstr (error->message, bench->c->refused) == NULL)
    g_test_fail_printf ("refused with \"%s\", which does not say \"%s\"", error->message,
                        bench->c->refused);
}

static void
check_result (PzOpBench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *overrun = NULL;
  double share;

  if (!pz_op_bench_compile (bench, &error))
    {
      g_test_fail_printf ("%s", error->message);
      return;
    }
  check_barriers (bench->program);
  bytes = g_malloc (pz_storage_get_bytes (bench->out));
  if (!run_and_read (bench, bytes))
    return;
  wrong = pz_op_bench_compare (bench, &share);
  if (wrong != NULL)
    g_test_fail_printf ("%s", wrong);
  check_same_bits (bench, bytes);
  overrun = pz_op_bench_find_overrun (bench);
  if (overrun != NULL)
    g_test_fail_printf ("%s", overrun);
  if (!bench->c->too_large)
    pz_op_test_gradient (bench);
}

static PzGpu *
device_for (Devices *devices, Path path)
{
  const PzGpuParams params[N_PATHS] = {
    [PATH_PLAIN] = { .validate = TRUE, .no_coop = TRUE },
    [PATH_COOP] = { .validate = TRUE, .force_coop = TRUE },
  };
  g_autoptr (GError) error = NULL;

  if (devices->gpus[path] == NULL)
    devices->gpus[path] = pz_gpu_open (&params[path], &error);
  if (devices->gpus[path] == NULL)
    g_test_skip (error->message);
  return devices->gpus[path];
}

static void
run_case (gconstpointer data)
{
  const Run *run = data;
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = device_for (run->devices, run->path);
  PzOpBench bench;
  guint messages;

  if (gpu == NULL)
    return;
  messages = pz_gpu_validation_messages (gpu);
  if (!pz_op_bench_init (&bench, gpu, run->test, run->c, run->activation, &error))
    g_test_fail_printf ("%s", error->message);
  else if (run->c->refused != NULL)
    check_refusal (&bench);
  else
    check_result (&bench);
  pz_op_bench_clear (&bench);
  if (pz_gpu_validation_messages (gpu) != messages)
    g_test_fail_printf ("the validation layers complain");
}

static void
add_case (Devices *devices,
          const PzOpTest *test,
          const PzOpCase *c,
          PzDtype activation,
          Path path)
{
  Run *run = g_new0 (Run, 1);
  g_autofree char *name = NULL;

  *run = (Run) { devices, test, c, activation, path };
  name = g_strdup_printf ("/ops/%s/%s/%s/%s", test->op, activation == PZ_F16 ? "f16" : "f32",
                          path_names[path], c->name);
  g_test_add_data_func_full (name, run, run_case, g_free);
}

/* Whether the device has cooperative matrices; without them there are no coop cases. PZ_OP_TEST_PATH=plain is for drivers that
 * offer them but cannot compile them. */
static gboolean
has_coop (void)
{
  g_autoptr (PzGpu) gpu = NULL;

  if (g_strcmp0 (g_getenv ("PZ_OP_TEST_PATH"), path_names[PATH_PLAIN]) == 0)
    return FALSE;
  gpu = pz_gpu_open (NULL, NULL);

  return gpu != NULL && pz_gpu_get_info (gpu)->limits.coop_m != 0;
}

static void
add_cases (Devices *devices, const PzOpTest *test, const PzOpCase *c, gboolean coop)
{
  add_case (devices, test, c, PZ_F32, PATH_PLAIN);
  if (c->refused != NULL)
    return;
  if (!test->one_dtype)
    add_case (devices, test, c, PZ_F16, PATH_PLAIN);
  if (test->coop && coop)
    add_case (devices, test, c, PZ_F16, PATH_COOP);
}

static gboolean
is_named (const char *family, int argc, char *argv[])
{
  gboolean named = argc < 2;

  for (int i = 1; i < argc; i++)
    named = named || g_str_equal (family, argv[i]);
  return named;
}

/* Used by tests/gpu/run. */
static int
list_families (void)
{
  for (const PzOpFamily *const *family = pz_op_families; *family != NULL; family++)
    g_print ("%s\n", (*family)->name);
  return 0;
}

int
main (int argc, char *argv[])
{
  gboolean coop;
  Devices devices = { 0 };
  int status;

  if (argc == 2 && g_str_equal (argv[1], "--families"))
    return list_families ();
  coop = has_coop ();
  g_test_init (&argc, &argv, NULL);
  for (const PzOpFamily *const *family = pz_op_families; *family != NULL; family++)
    if (is_named ((*family)->name, argc, argv))
      for (guint t = 0; t < (*family)->n_tests; t++)
        for (guint i = 0; i < (*family)->tests[t].n_cases; i++)
          add_cases (&devices, &(*family)->tests[t], &(*family)->tests[t].cases[i], coop);
  status = g_test_run ();
  for (guint i = 0; i < N_PATHS; i++)
    pz_gpu_close (devices.gpus[i]);
  return status;
}
