/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance.h"

#include "compute/conformance/op-bench.h"

/* A dtype and code path to test. Cooperative matrices are enabled or disabled when a device is opened, so two devices are
 * opened. */
typedef struct
{
  PzDtype dtype;
  gboolean coop;
} Path;

static const Path paths[] = {
  { PZ_F32, FALSE },
  { PZ_F16, FALSE },
  { PZ_F16, TRUE },
};

typedef struct
{
  const PzConformanceParams *params;
  PzGpu *gpus
    [2]; /* without and with cooperative matrices; the second is NULL if they are not used */
  guint n_failed;
} Check;

static gboolean
open_devices (Check *check, GError **error)
{
  const char *device = check->params->device;

  check->gpus[FALSE] =
    pz_gpu_open (&(PzGpuParams) { .device = device, .no_coop = TRUE }, error);
  if (check->gpus[FALSE] == NULL)
    return FALSE;
  check->gpus[TRUE] = pz_gpu_open (&(PzGpuParams) { .device = device }, error);
  if (check->gpus[TRUE] == NULL)
    return FALSE;
  if (!pz_gpu_get_info (check->gpus[TRUE])->limits.prefer_coop)
    g_clear_pointer (&check->gpus[TRUE], pz_gpu_close);
  return TRUE;
}

static void
note_wrong (PzConformance *result, const PzOpCase *c, char *wrong)
{
  if (result->wrong == NULL)
    result->wrong = g_strdup_printf ("%s: %s", c->name, wrong);
  result->n_failed++;
  g_free (wrong);
}

/* A lost device or a lack of device memory ends the run; any other error is a failure of the case. */
static gboolean
ends_everything (const GError *error)
{
  return g_error_matches (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST)
         || g_error_matches (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
}

static gboolean
run_case (PzGpu *gpu,
          const PzOpTest *test,
          const PzOpCase *c,
          PzConformance *result,
          GError **error)
{
  g_autoptr (GError) reason = NULL;
  PzOpBench bench;
  double share = 0;
  const gboolean done = pz_op_bench_init (&bench, gpu, test, c, result->dtype, &reason)
                        && pz_op_bench_compile (&bench, &reason)
                        && pz_op_bench_run (&bench, &reason);
  char *wrong = done ? pz_op_bench_compare (&bench, &share) : NULL;

  pz_op_bench_clear (&bench);
  if (!done && ends_everything (reason))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&reason), "%s, %s: ", test->op,
                                  c->name);
      return FALSE;
    }
  result->n_cases++;
  result->share = MAX (result->share, share);
  if (!done)
    wrong = g_strdup (reason->message);
  if (wrong != NULL)
    note_wrong (result, c, wrong);
  return TRUE;
}

static gboolean
run_test (Check *check, const PzOpTest *test, const Path *path, GError **error)
{
  PzGpu *gpu = check->gpus[path->coop];
  const gint64 began = g_get_monotonic_time ();
  PzConformance result = { .op = test->op, .dtype = path->dtype, .coop = path->coop };
  gboolean done = TRUE;

  if (gpu == NULL || (path->coop && !test->coop) || (path->dtype == PZ_F16 && test->one_dtype))
    return TRUE;
  for (guint i = 0; i < test->n_cases && done; i++)
    done = !g_cancellable_set_error_if_cancelled (check->params->cancellable, error)
           && (test->cases[i].refused != NULL
               || run_case (gpu, test, &test->cases[i], &result, error));
  result.seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  check->n_failed += result.n_failed;
  if (done && check->params->checked != NULL)
    check->params->checked (&result, check->params->data);
  g_free (result.wrong);
  return done;
}

static gboolean
is_op (const char *name)
{
  for (const PzOpFamily *const *family = pz_op_families; *family != NULL; family++)
    for (guint t = 0; t < (*family)->n_tests; t++)
      if (g_str_equal (name, (*family)->tests[t].op))
        return TRUE;
  return FALSE;
}

static gboolean
run_all (Check *check, GError **error)
{
  const char *op = check->params->op;

  for (const PzOpFamily *const *family = pz_op_families; *family != NULL; family++)
    for (guint t = 0; t < (*family)->n_tests; t++)
      for (guint p = 0; p < G_N_ELEMENTS (paths); p++)
        {
          const PzOpTest *test = &(*family)->tests[t];

          if ((op == NULL || g_str_equal (op, test->op))
              && !run_test (check, test, &paths[p], error))
            return FALSE;
        }
  return TRUE;
}

gboolean
pz_conformance_run (const PzConformanceParams *params, guint *n_failed, GError **error)
{
  Check check = { .params = params };
  gboolean done;

  *n_failed = 0;
  if (params->op != NULL && !is_op (params->op))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "expected the name of an op, found “%s”", params->op);
      return FALSE;
    }
  done = open_devices (&check, error);
  if (done && params->opened != NULL)
    params->opened (pz_gpu_get_info (check.gpus[FALSE]), params->data);
  done = done && run_all (&check, error);
  *n_failed = check.n_failed;
  pz_gpu_close (check.gpus[TRUE]);
  pz_gpu_close (check.gpus[FALSE]);
  return done;
}
