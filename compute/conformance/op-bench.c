/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/op-bench.h"

#include <math.h>
#include <string.h>

#include "compute/base/dtype.h"
#include "compute/gpu/hooks.h"
#include "compute/run/program.h"
#include "shaders/kernels.h"

#define GUARD_BYTES 512

/* ---- inputs ---- */

guint64
pz_op_random (guint64 *state)
{
  guint64 z = (*state += 0x9e3779b97f4a7c15u);

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* The top byte of a linear congruential generator, divided by 255. */
static double
next_level (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (double) (float) ((*state >> 24) / 255.0);
}

static double
draw (const PzOpInput *input, gsize index, guint64 *state, guint32 *noise)
{
  const guint64 bits = pz_op_random (state);
  const double unit = (double) (bits >> 11) * 0x1p-53;

  switch (input->fill)
    {
    case PZ_FILL_LEVELS:
      return (double) (float) ((double) (bits % 256) / 255.0);
    case PZ_FILL_NOISE:
      return next_level (noise);
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
dtype_of (const PzOpBench *bench, const PzOpInput *input)
{
  const PzDtype dtypes[] = {
    [PZ_OP_ACTIVATION] = bench->activation,
    [PZ_OP_F32] = PZ_F32,
    [PZ_OP_I32] = PZ_I32,
    [PZ_OP_ROWS8] = PZ_ROWS8,
  };

  return dtypes[input->dtype];
}

void
pz_op_array_init (PzOpArray *array, guint n_dims, const guint dims[])
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

/* Generates and uploads the values of an input; keeps the uploaded values in `array`. */
static gboolean
fill_input (PzStorage *storage,
            const PzOpInput *input,
            PzOpArray *array,
            guint64 *seed,
            GError **error)
{
  guint32 noise = input->dims[1] * 1000 + input->dims[2];
  g_autofree float *floats = g_new (float, array->n);
  g_autofree gint32 *ids = g_new (gint32, array->n);

  for (gsize i = 0; i < array->n; i++)
    {
      const double value = draw (input, i, seed, &noise);

      ids[i] = (gint32) value;
      floats[i] = (float) value;
      if (pz_storage_get_dtype (storage) == PZ_F16)
        floats[i] = pz_float_from_half (pz_half_from_float (floats[i]));
      array->v[i] = input->dtype == PZ_OP_I32 ? (double) ids[i] : (double) floats[i];
    }
  if (!pz_storage_fill (storage, PZ_OP_NAN_PATTERN, error)
      || !(input->dtype == PZ_OP_I32
             ? pz_storage_write (storage, 0, ids, array->n * sizeof ids[0], NULL, error)
             : pz_storage_write_f32 (storage, floats, array->n, error)))
    return FALSE;
  /* The reference uses the packed values; test-base checks how accurate packing is. */
  if (input->dtype != PZ_OP_ROWS8)
    return TRUE;
  if (!pz_storage_read_f32 (storage, floats, array->n, error))
    return FALSE;
  for (gsize i = 0; i < array->n; i++)
    array->v[i] = (double) floats[i];
  return TRUE;
}

static gboolean
make_input (PzOpBench *bench, guint i, guint64 *seed, GError **error)
{
  const PzOpInput *input = &bench->c->src[i];
  const PzDtype dtype = dtype_of (bench, input);
  const guint n_dims = count_dims (input);
  g_autofree char *name = g_strdup_printf ("src%u", i);

  if (n_dims == 0)
    return TRUE;
  bench->src[i] = pz_graph_input (bench->graph, name, dtype, n_dims, input->dims);
  if (bench->c->refused != NULL)
    return TRUE;
  bench->in[i] =
    pz_storage_new_guarded (bench->gpu, dtype, n_dims, input->dims, name, GUARD_BYTES, error);
  if (bench->in[i] == NULL)
    return FALSE;
  pz_op_array_init (&bench->arrays[i], n_dims, input->dims);
  if (!fill_input (bench->in[i], input, &bench->arrays[i], seed, error))
    return FALSE;
  pz_graph_bind (bench->graph, bench->src[i], bench->in[i]);
  return TRUE;
}

gboolean
pz_op_bench_init (PzOpBench *bench,
                  PzGpu *gpu,
                  const PzOpTest *test,
                  const PzOpCase *c,
                  PzDtype activation,
                  GError **error)
{
  guint64 seed = g_str_hash (test->op) * (guint64) 65599 + g_str_hash (c->name);

  *bench = (PzOpBench) {
    .gpu = gpu,
    .test = test,
    .c = c,
    .activation = activation,
    .graph = pz_graph_new (activation),
  };
  for (guint i = 0; i < PZ_OP_MAX_SRC; i++)
    if (!make_input (bench, i, &seed, error))
      return FALSE;
  bench->y = pz_graph_output (bench->graph, test->build (bench->graph, bench->src, c), "y");
  return TRUE;
}

void
pz_op_bench_clear (PzOpBench *bench)
{
  pz_program_free (bench->program);
  pz_graph_free (bench->graph);
  for (guint i = 0; i < PZ_OP_MAX_SRC; i++)
    {
      pz_storage_unref (bench->in[i]);
      g_free (bench->arrays[i].v);
    }
  pz_storage_unref (bench->out);
}

/* ---- running ---- */

gboolean
pz_op_bench_compile (PzOpBench *bench, GError **error)
{
  const PzTensor *y = bench->y;

  if (!pz_graph_check (bench->graph, error))
    return FALSE;
  bench->out = pz_storage_new_guarded (bench->gpu, y->dtype, y->n_dims, y->dims, "result",
                                       GUARD_BYTES, error);
  if (bench->out == NULL)
    return FALSE;
  pz_graph_bind (bench->graph, bench->y, bench->out);
  bench->program = pz_program_new (bench->gpu, bench->graph, NULL, error);
  return bench->program != NULL;
}

gboolean
pz_op_bench_run (PzOpBench *bench, GError **error)
{
  return pz_storage_fill (bench->out, PZ_OP_NAN_PATTERN, error)
         && pz_program_fill_scratch (bench->program, PZ_OP_NAN_PATTERN, error)
         && pz_program_run (bench->program, NULL, error);
}

/* ---- comparison ---- */

/* Also reads I32, and converts it to float. */
static gboolean
read_floats (PzStorage *storage, float *values, GError **error)
{
  const gsize n = pz_storage_get_n_elements (storage);
  g_autofree gint32 *whole = NULL;

  if (pz_storage_get_dtype (storage) != PZ_I32)
    return pz_storage_read_f32 (storage, values, n, error);
  whole = g_new (gint32, n);
  if (!pz_storage_read (storage, 0, whole, n * sizeof whole[0], NULL, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    values[i] = (float) whole[i];
  return TRUE;
}

static gboolean
computes_by_pairs (const PzOpBench *bench)
{
  for (guint i = 0; i < bench->program->n_dispatches; i++)
    if (strstr (pz_kernels[bench->program->dispatches[i].kernel].name, "_blocked_packed")
        != NULL)
      return TRUE;
  return FALSE;
}

static const PzOpTolerance *
tolerance_of (const PzOpBench *bench)
{
  const PzOpTest *test = bench->test;
  const PzDtype dtype = bench->y->dtype;

  if (bench->activation == PZ_F16 && dtype == PZ_F32
      && (test->mixed.absolute > 0 || test->mixed.relative > 0))
    return &test->mixed;
  if (dtype == PZ_F16 && test->by_matrices.absolute > 0
      && pz_gpu_get_info (bench->gpu)->limits.prefer_coop)
    return &test->by_matrices;
  if (dtype == PZ_F16 && test->by_pairs.absolute > 0 && computes_by_pairs (bench))
    return &test->by_pairs;
  return &test->tolerance[dtype];
}

/* The error divided by the allowed error. If no error is allowed, 0 for an exact value, else infinity. */
static double
share_of (double found, double expected, const PzOpTolerance *tolerance)
{
  const double off = fabs (found - expected);
  const double allowed = tolerance->absolute + tolerance->relative * fabs (expected);

  if (off <= allowed)
    return allowed > 0 ? off / allowed : 0;
  return allowed > 0 && !isnan (off) ? off / allowed : (double) INFINITY;
}

char *
pz_op_bench_find_overrun (const PzOpBench *bench)
{
  if (!pz_storage_guard_is (bench->out, PZ_OP_NAN_PATTERN))
    return g_strdup ("wrote behind the end of the result");
  for (guint i = 0; i < PZ_OP_MAX_SRC; i++)
    if (bench->in[i] != NULL && !pz_storage_guard_is (bench->in[i], PZ_OP_NAN_PATTERN))
      return g_strdup_printf ("wrote behind the end of source %u", i);
  return NULL;
}

char *
pz_op_bench_compare (PzOpBench *bench, double *share)
{
  const PzTensor *y = bench->y;
  const PzOpTolerance *tolerance = tolerance_of (bench);
  g_autoptr (GError) error = NULL;
  g_autofree float *found = g_new (float, pz_storage_get_n_elements (bench->out));
  PzOpArray expected;
  gsize worst = 0, n_off = 0;
  char *wrong = NULL;

  *share = 0;
  if (!read_floats (bench->out, found, &error))
    return g_strdup (error->message);
  pz_op_array_init (&expected, y->n_dims, y->dims);
  bench->test->reference (bench->c, bench->arrays, &expected);
  for (gsize i = 0; i < expected.n; i++)
    {
      const double each = share_of ((double) found[i], expected.v[i], tolerance);

      n_off += each > 1;
      if (each > *share)
        {
          *share = each;
          worst = i;
        }
    }
  if (n_off > 0)
    wrong =
      g_strdup_printf ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                       " elements are off, most of all element %" G_GSIZE_FORMAT
                       ": expected %.9g, found %.9g",
                       n_off, expected.n, worst, expected.v[worst], (double) found[worst]);
  g_free (expected.v);
  return wrong != NULL ? wrong : pz_op_bench_find_overrun (bench);
}
