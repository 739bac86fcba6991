/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ops/op-test.h"

#include <math.h>
#include <string.h>

#include "compute/base/dtype.h"
#include "compute/gpu/hooks.h"
#include "compute/run/hazards.h"
#include "compute/run/program.h"
#include "tests/ops/op-gradient.h"

/* NaN as a float and as two halves. */
#define NAN_PATTERN 0x7fff7fffu
#define GUARD_BYTES 512

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

/* What one run holds. */
typedef struct
{
  PzGpu *gpu;
  PzGraph *graph;
  PzTensor *src[PZ_OP_TEST_SRC];
  PzStorage *in[PZ_OP_TEST_SRC];
  PzOpArray arrays[PZ_OP_TEST_SRC];
  PzStorage *out;
  PzProgram *program;
} Bench;

/* ---- inputs ---- */

static guint64
next_random (guint64 *state)
{
  guint64 z = (*state += 0x9e3779b97f4a7c15u);

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static double
draw (const PzOpInput *input, gsize index, guint64 *state)
{
  const guint64 bits = next_random (state);
  const double unit = (double) (bits >> 11) * 0x1p-53;

  switch (input->fill)
    {
    case PZ_FILL_LEVELS:
      return (double) (float) ((double) (bits % 256) / 255.0);
    case PZ_FILL_IDS:
      return (double) (bits % input->below);
    case PZ_FILL_VALUES:
      return input->values[index];
    case PZ_FILL_UNIFORM:
      break;
    }
  return input->offset + (input->scale != 0 ? input->scale : 1) * (2 * unit - 1);
}

static guint
count_dims (const PzOpInput *input)
{
  guint n = 0;

  while (n < PZ_MAX_DIMS && input->dims[n] > 0)
    n++;
  return n;
}

static PzDtype
dtype_of (const Run *run, const PzOpInput *input)
{
  const PzDtype dtypes[] = {
    [PZ_OP_ACTIVATION] = run->activation,
    [PZ_OP_F32] = PZ_F32,
    [PZ_OP_I32] = PZ_I32,
    [PZ_OP_ROWS8] = PZ_ROWS8,
  };

  return dtypes[input->dtype];
}

static void
array_init (PzOpArray *array, guint n_dims, const guint dims[])
{
  array->n_dims = n_dims;
  array->n = 1;
  for (guint i = 0; i < n_dims; i++)
    {
      array->dims[i] = dims[i];
      array->n *= dims[i];
    }
  array->v = g_new0 (double, array->n);
}

/* Uploads, and keeps the uploaded values as doubles. */
static void
fill_input (PzStorage *storage, const PzOpInput *input, PzOpArray *array, guint64 *seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *floats = g_new (float, array->n);
  g_autofree gint32 *ids = g_new (gint32, array->n);

  for (gsize i = 0; i < array->n; i++)
    {
      double value = draw (input, i, seed);

      ids[i] = (gint32) value;
      floats[i] = (float) value;
      if (pz_storage_get_dtype (storage) == PZ_F16)
        floats[i] = pz_float_from_half (pz_half_from_float (floats[i]));
      array->v[i] = input->dtype == PZ_OP_I32 ? (double) ids[i] : (double) floats[i];
    }
  g_assert_true (pz_storage_fill (storage, NAN_PATTERN, &error));
  if (input->dtype == PZ_OP_I32)
    g_assert_true (pz_storage_write (storage, 0, ids, array->n * sizeof ids[0], NULL, &error));
  else
    g_assert_true (pz_storage_write_f32 (storage, floats, array->n, &error));
  /* What was packed is what products have to reckon with; how well is for test-base. */
  if (input->dtype != PZ_OP_ROWS8)
    return;
  g_assert_true (pz_storage_read_f32 (storage, floats, array->n, &error));
  for (gsize i = 0; i < array->n; i++)
    array->v[i] = (double) floats[i];
}

static void
make_inputs (const Run *run, Bench *bench)
{
  g_autoptr (GError) error = NULL;
  guint64 seed = g_str_hash (run->test->op) * (guint64) 65599 + g_str_hash (run->c->name);

  for (guint i = 0; i < PZ_OP_TEST_SRC; i++)
    {
      const PzOpInput *input = &run->c->src[i];
      const guint n_dims = count_dims (input);
      g_autofree char *name = g_strdup_printf ("src%u", i);

      if (n_dims == 0)
        continue;
      bench->src[i] =
        pz_graph_input (bench->graph, name, dtype_of (run, input), n_dims, input->dims);
      if (run->c->refused != NULL)
        continue;
      bench->in[i] = pz_storage_new_guarded (bench->gpu, dtype_of (run, input), n_dims,
                                             input->dims, name, GUARD_BYTES, &error);
      g_assert_no_error (error);
      array_init (&bench->arrays[i], n_dims, input->dims);
      fill_input (bench->in[i], input, &bench->arrays[i], &seed);
      pz_graph_bind (bench->graph, bench->src[i], bench->in[i]);
    }
}

/* ---- checks ---- */

static void
compare (const Run *run, const Bench *bench, const PzTensor *y, const float *found)
{
  const gboolean mixed = run->activation == PZ_F16 && y->dtype == PZ_F32
                         && (run->test->mixed.absolute > 0 || run->test->mixed.relative > 0);
  const PzOpTolerance *tolerance = mixed ? &run->test->mixed : &run->test->tolerance[y->dtype];
  PzOpArray expected;
  double worst = 0; /* by how much the tolerance was missed */
  gsize worst_at = 0;
  gsize n_off = 0;

  array_init (&expected, y->n_dims, y->dims);
  run->test->reference (run->c, bench->arrays, &expected);
  for (gsize i = 0; i < expected.n; i++)
    {
      double off = fabs ((double) found[i] - expected.v[i])
                   - (tolerance->absolute + tolerance->relative * fabs (expected.v[i]));

      if (isnan (off))
        off = INFINITY;
      n_off += off > 0;
      if (off > worst)
        {
          worst = off;
          worst_at = i;
        }
    }
  if (worst > 0)
    g_test_fail_printf ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                        " elements are off, most of all element"
                        " %" G_GSIZE_FORMAT ": expected %.9g, found %.9g",
                        n_off, expected.n, worst_at, expected.v[worst_at],
                        (double) found[worst_at]);
  g_free (expected.v);
}

static gboolean
run_and_read (Bench *bench, guint8 *bytes)
{
  g_autoptr (GError) error = NULL;
  const gboolean done =
    pz_storage_fill (bench->out, NAN_PATTERN, &error)
    && pz_program_fill_scratch (bench->program, NAN_PATTERN, &error)
    && pz_program_run (bench->program, NULL, &error)
    && pz_storage_read (bench->out, 0, bytes, pz_storage_get_bytes (bench->out), NULL, &error);

  if (!done)
    g_test_fail_printf ("%s", error->message);
  return done;
}

static void
check_guards (const Bench *bench)
{
  if (!pz_storage_guard_is (bench->out, NAN_PATTERN))
    g_test_fail_printf ("wrote behind the end of the result");
  for (guint i = 0; i < PZ_OP_TEST_SRC; i++)
    if (bench->in[i] != NULL && !pz_storage_guard_is (bench->in[i], NAN_PATTERN))
      g_test_fail_printf ("wrote behind the end of source %u", i);
}

static void
check_same_bits (Bench *bench, const guint8 *first)
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

/* Deletes each barrier in turn: the checker must report every one. */
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
bench_clear (Bench *bench)
{
  pz_program_free (bench->program);
  pz_graph_free (bench->graph);
  for (guint i = 0; i < PZ_OP_TEST_SRC; i++)
    {
      pz_storage_unref (bench->in[i]);
      g_free (bench->arrays[i].v);
    }
  pz_storage_unref (bench->out);
}

static void
check_refusal (const Run *run, const Bench *bench)
{
  g_autoptr (GError) error = NULL;

  if (pz_graph_check (bench->graph, &error))
    g_test_fail_printf ("the op took what it should refuse");
  else if (strstr (error->message, run->c->refused) == NULL)
    g_test_fail_printf ("refused with \"%s\", which does not say \"%s\"", error->message,
                        run->c->refused);
}

/* Whole numbers too, as floats. */
static void
read_floats (PzStorage *storage, float *values)
{
  g_autoptr (GError) error = NULL;
  const gsize n = pz_storage_get_n_elements (storage);
  g_autofree gint32 *whole = NULL;

  if (pz_storage_get_dtype (storage) != PZ_I32)
    {
      g_assert_true (pz_storage_read_f32 (storage, values, n, &error));
      return;
    }
  whole = g_new (gint32, n);
  g_assert_true (pz_storage_read (storage, 0, whole, n * sizeof whole[0], NULL, &error));
  for (gsize i = 0; i < n; i++)
    values[i] = (float) whole[i];
}

static void
check_result (const Run *run, Bench *bench, PzTensor *y)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autofree float *found = NULL;

  bench->out = pz_storage_new_guarded (bench->gpu, y->dtype, y->n_dims, y->dims, "result",
                                       GUARD_BYTES, &error);
  g_assert_no_error (error);
  pz_graph_bind (bench->graph, y, bench->out);
  bench->program = pz_program_new (bench->gpu, bench->graph, NULL, &error);
  if (bench->program == NULL)
    {
      g_test_fail_printf ("%s", error->message);
      return;
    }
  check_barriers (bench->program);
  bytes = g_malloc (pz_storage_get_bytes (bench->out));
  if (!run_and_read (bench, bytes))
    return;
  check_guards (bench);
  found = g_new (float, pz_storage_get_n_elements (bench->out));
  read_floats (bench->out, found);
  compare (run, bench, y, found);
  check_same_bits (bench, bytes);
  check_guards (bench);
  if (!run->c->too_large)
    pz_op_test_gradient (&(PzOpGradient) {
      .gpu = bench->gpu,
      .test = run->test,
      .c = run->c,
      .activation = run->activation,
      .in = bench->in,
      .arrays = bench->arrays,
      .flops = pz_program_get_flops (bench->program),
    });
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
  Bench bench = { .gpu = device_for (run->devices, run->path) };
  PzTensor *y;
  guint messages;

  if (bench.gpu == NULL)
    return;
  messages = pz_gpu_validation_messages (bench.gpu);
  bench.graph = pz_graph_new (run->activation);
  make_inputs (run, &bench);
  y = pz_graph_output (bench.graph, run->test->build (bench.graph, bench.src, run->c), "y");
  if (run->c->refused != NULL)
    check_refusal (run, &bench);
  else if (y == NULL)
    {
      g_autoptr (GError) error = NULL;

      pz_graph_check (bench.graph, &error);
      g_test_fail_printf ("%s", error != NULL ? error->message : "no result");
    }
  else
    check_result (run, &bench, y);
  bench_clear (&bench);
  if (pz_gpu_validation_messages (bench.gpu) != messages)
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

/* Whether the device of the tests has cooperative matrices; otherwise there are no such cases. PZ_OP_TEST_PATH=plain is for drivers that
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

int
pz_op_test_main (int argc, char *argv[], const PzOpTest tests[], guint n_tests)
{
  const gboolean coop = has_coop ();
  Devices devices = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint t = 0; t < n_tests; t++)
    for (guint i = 0; i < tests[t].n_cases; i++)
      add_cases (&devices, &tests[t], &tests[t].cases[i], coop);
  status = g_test_run ();
  for (guint i = 0; i < N_PATHS; i++)
    pz_gpu_close (devices.gpus[i]);
  return status;
}
