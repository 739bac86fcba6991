/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradients are those of one number: the sum of the result's elements, each multiplied by a random weight. The expected
 * derivatives are central differences of the reference, in double.
 */
#include "tests/ops/op-gradient.h"

#include <math.h>
#include <string.h>

#include "compute/autodiff.h"
#include "compute/graph/nodes.h"
#include "compute/ops/ops.h"
#include "compute/run/hazards.h"
#include "compute/run/program.h"

/* Step of the central differences, relative to max (|x|, 1). Their errors are the square of the step times a third derivative,
 * and 1e-16 of the sum divided by the step; both are far below the tolerances. */
#define STEP 1e-5

/* Single elements per source that are checked, in addition to one random direction of all elements. */
#define MOST_ELEMENTS 12
/* Limit for the operations of all evaluations of the reference, which keeps them below a second. */
#define OPERATIONS 5e7

/* Allowed difference from the reference, relative to the gradient's size: max (|derivative|, root mean square of all
 * derivatives). */
static const double tolerances[PZ_N_DTYPES] = { [PZ_F32] = 1e-3, [PZ_F16] = 1e-2 };

typedef struct
{
  PzOpBench *self;
  PzGraph *graph;
  PzTensor *y;
  PzTensor *src[PZ_OP_MAX_SRC];
  guint n_wanted;
  guint source[PZ_OP_MAX_SRC]; /* index in src of each source whose gradient is wanted */
  PzTensor *gradient[PZ_OP_MAX_SRC];
  PzOpArray weights; /* the shape of y */
  PzStorage *d_y;
  PzProgram *program;
  guint64 random;
} Check;

static double
next_unit (Check *check)
{
  return (double) (pz_op_random (&check->random) >> 11) * 0x1p-52 - 1;
}

/* ---- the reference ---- */

static double
project (Check *check)
{
  PzOpBench *self = check->self;
  PzOpArray out = check->weights;
  double sum = 0;

  out.v = g_new0 (double, out.n);
  self->test->reference (self->c, self->arrays, &out);
  for (gsize i = 0; i < out.n; i++)
    sum += out.v[i] * check->weights.v[i];
  g_free (out.v);
  return sum;
}

static double
step_of (double x)
{
  return STEP * fmax (fabs (x), 1);
}

static double
element_derivative (Check *check, PzOpArray *array, gsize i)
{
  const double x = array->v[i];
  double difference;

  array->v[i] = x + step_of (x);
  difference = project (check);
  array->v[i] = x - step_of (x);
  difference -= project (check);
  array->v[i] = x;
  return difference / (2 * step_of (x));
}

/* Moves all elements, each by its step multiplied by its component of the direction. */
static double
directional_derivative (Check *check, PzOpArray *array, const double direction[])
{
  g_autofree double *x = g_memdup2 (array->v, array->n * sizeof array->v[0]);
  double difference = 0;

  for (gint sign = 1; sign >= -1; sign -= 2)
    {
      for (gsize i = 0; i < array->n; i++)
        array->v[i] = x[i] + sign * step_of (x[i]) * direction[i];
      difference += sign * project (check);
    }
  memcpy (array->v, x, array->n * sizeof x[0]);
  return difference / (2 * STEP);
}

/* ---- the device ---- */

static void
make_graph (Check *check)
{
  PzOpBench *self = check->self;

  check->graph = pz_graph_new (self->activation);
  for (guint i = 0; i < PZ_OP_MAX_SRC; i++)
    {
      g_autofree char *name = g_strdup_printf ("src%u", i);
      const PzDtype dtype = self->in[i] != NULL ? pz_storage_get_dtype (self->in[i]) : PZ_I32;

      if (self->in[i] == NULL)
        continue;
      check->src[i] = pz_graph_input (check->graph, name, dtype, self->arrays[i].n_dims,
                                      self->arrays[i].dims);
      pz_graph_bind (check->graph, check->src[i], self->in[i]);
      if ((dtype == PZ_F32 || dtype == PZ_F16) && (self->test->constant & (1u << i)) == 0)
        check->source[check->n_wanted++] = i;
    }
  check->y = self->test->build (check->graph, check->src, self->c);
}

/* The weights, rounded to the dtype of the device. */
static void
make_weights (Check *check)
{
  g_autoptr (GError) error = NULL;
  PzOpArray *weights = &check->weights;
  g_autofree float *floats = NULL;

  weights->n_dims = check->y->n_dims;
  memcpy (weights->dims, check->y->dims, sizeof weights->dims);
  weights->n = pz_node_n_elements ((const PzNode *) check->y);
  weights->v = g_new (double, weights->n);
  floats = g_new (float, weights->n);
  for (gsize i = 0; i < weights->n; i++)
    floats[i] = (float) next_unit (check);
  check->d_y = pz_storage_new (check->self->gpu, PZ_ARENA_STATE, check->y->dtype,
                               weights->n_dims, weights->dims, "d_y", &error);
  g_assert_no_error (error);
  g_assert_true (pz_storage_write_f32 (check->d_y, floats, weights->n, &error));
  g_assert_true (pz_storage_read_f32 (check->d_y, floats, weights->n, &error));
  for (gsize i = 0; i < weights->n; i++)
    weights->v[i] = (double) floats[i];
}

static void
append_backward (Check *check)
{
  PzTensor *wanted[PZ_OP_MAX_SRC];
  const PzSeed seed = {
    check->y,
    pz_graph_input (check->graph, "d_y", check->y->dtype, check->y->n_dims, check->y->dims),
  };

  pz_graph_bind (check->graph, seed.gradient, check->d_y);
  for (guint i = 0; i < check->n_wanted; i++)
    wanted[i] = check->src[check->source[i]];
  pz_graph_backward (check->graph, &seed, 1, wanted, check->n_wanted, check->gradient);
  for (guint i = 0; i < check->n_wanted; i++)
    {
      g_autofree char *name = g_strdup_printf ("d_src%u", check->source[i]);

      check->gradient[i] = pz_graph_output (check->graph, check->gradient[i], name);
    }
}

/* The first op on the backward pass without a backward rule; NULL = none. */
static const PzOpClass *
find_without_rule (const Check *check, guint n_nodes)
{
  for (guint id = n_nodes; id-- > 0;)
    {
      const PzNode *node = pz_graph_get_node (check->graph, id);
      const guint all = node->op != NULL ? (1u << node->op->n_src) - 1 : 0;

      if (node->op != NULL && node->op->backward == NULL && (node->op->constant & all) != all)
        return node->op;
    }
  return NULL;
}

static void
check_refused (const Check *check, const PzOpClass *op)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *part = g_strdup_printf ("found %s in", op->name);

  if (pz_graph_check (check->graph, &error) || strstr (error->message, part) == NULL)
    g_test_fail_printf ("gradient: %s has no rule, the graph says \"%s\"", op->name,
                        error != NULL ? error->message : "nothing");
}

static gboolean
run_and_read (Check *check, float *values[])
{
  g_autoptr (GError) error = NULL;
  gboolean done = pz_program_fill_scratch (check->program, PZ_OP_NAN_PATTERN, &error);

  for (guint i = 0; done && i < check->n_wanted; i++)
    done = pz_storage_fill (pz_program_get_storage (check->program, check->gradient[i]->name),
                            PZ_OP_NAN_PATTERN, &error);
  done = done && pz_program_run (check->program, NULL, &error);
  for (guint i = 0; done && i < check->n_wanted; i++)
    done =
      pz_storage_read_f32 (pz_program_get_storage (check->program, check->gradient[i]->name),
                           values[i], check->self->arrays[check->source[i]].n, &error);
  if (!done)
    g_test_fail_printf ("gradient: %s", error->message);
  return done;
}

/* ---- comparing ---- */

static double
norm_of (const float values[], gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) values[i] * (double) values[i];
  return sqrt (sum);
}

static void
compare_element (Check *check, guint source, gsize at, double found, double size)
{
  const double expected = element_derivative (check, &check->self->arrays[source], at);
  const double tolerance = tolerances[check->self->activation];

  if (!(fabs (found - expected) <= tolerance * fmax (fabs (expected), size)))
    g_test_fail_printf ("gradient of source %u, element %" G_GSIZE_FORMAT
                        ": expected %.9g, found %.9g (typical size %.3g)",
                        source, at, expected, found, size);
}

static void
compare_direction (Check *check, guint source, const float values[], double norm)
{
  PzOpArray *array = &check->self->arrays[source];
  g_autofree double *direction = g_new (double, array->n);
  const double tolerance = tolerances[check->self->activation];
  double found = 0;
  double norm_along = 0;
  double expected;

  for (gsize i = 0; i < array->n; i++)
    {
      const double part = step_of (array->v[i]) / STEP * (direction[i] = next_unit (check));

      found += part * (double) values[i];
      norm_along += part * part * (double) values[i] * (double) values[i];
    }
  expected = directional_derivative (check, array, direction);
  if (!(fabs (found - expected) <= tolerance * (sqrt (norm_along) + STEP * norm + 1e-9)))
    g_test_fail_printf ("gradient of source %u along a direction: expected %.9g, found %.9g",
                        source, expected, found);
}

static void
compare (Check *check, float *const values[], double operations)
{
  const double evaluations = OPERATIONS / fmax (operations, 1) / check->n_wanted;
  const guint n_elements = (guint) CLAMP (evaluations / 2, 0, MOST_ELEMENTS);

  for (guint i = 0; i < check->n_wanted; i++)
    {
      const guint source = check->source[i];
      const gsize n = check->self->arrays[source].n;
      const double norm = norm_of (values[i], n);

      compare_direction (check, source, values[i], norm);
      for (guint j = 0; j < MIN (n_elements, n); j++)
        {
          const gsize at =
            n <= n_elements ? j : (gsize) ((next_unit (check) + 1) / 2 * (double) n);

          compare_element (check, source, at, (double) values[i][at], norm / sqrt ((double) n));
        }
    }
}

static void
check_same_bits (Check *check, float *const first[])
{
  float *again[PZ_OP_MAX_SRC];

  for (guint i = 0; i < check->n_wanted; i++)
    again[i] = g_new (float, check->self->arrays[check->source[i]].n);
  for (guint pass = 0; pass < 2; pass++)
    {
      pz_program_set_reversed (check->program, pass == 0);
      pz_program_set_min_submits (check->program, pass == 0 ? 1 : 7);
      if (!run_and_read (check, again))
        break;
      for (guint i = 0; i < check->n_wanted; i++)
        if (memcmp (first[i], again[i],
                    check->self->arrays[check->source[i]].n * sizeof (float))
            != 0)
          g_test_fail_printf ("gradient of source %u: %s, the bits differ", check->source[i],
                              pass == 0 ? "reversed between barriers" : "in many submits");
    }
  for (guint i = 0; i < check->n_wanted; i++)
    g_free (again[i]);
}

static void
run_backward (Check *check, double operations)
{
  g_autoptr (GError) error = NULL;
  float *values[PZ_OP_MAX_SRC];
  g_autofree char *missing = NULL;

  check->program = pz_program_new (check->self->gpu, check->graph, NULL, &error);
  if (check->program == NULL)
    {
      g_test_fail_printf ("gradient: %s", error->message);
      return;
    }
  missing = pz_hazards_find_missing (check->program->dispatches, check->program->n_dispatches,
                                     check->program->barrier_before);
  if (missing != NULL)
    g_test_fail_printf ("gradient: %s", missing);
  for (guint i = 0; i < check->n_wanted; i++)
    values[i] = g_new (float, check->self->arrays[check->source[i]].n);
  if (run_and_read (check, values))
    {
      compare (check, values, operations);
      check_same_bits (check, values);
    }
  for (guint i = 0; i < check->n_wanted; i++)
    g_free (values[i]);
}

/* The approximate number of operations in one evaluation of the reference. */
static double
count_operations (const Check *check, guint n_nodes)
{
  double sum = pz_program_get_flops (check->self->program);

  for (guint id = 0; id < n_nodes; id++)
    sum += (double) pz_node_n_elements (pz_graph_get_node (check->graph, id));
  return sum;
}

void
pz_op_test_gradient (PzOpBench *self)
{
  Check check = { .self = self, .random = g_str_hash (self->c->name) };
  const PzOpClass *without;
  guint n_nodes;

  make_graph (&check);
  n_nodes = pz_graph_get_n_nodes (check.graph);
  without = find_without_rule (&check, n_nodes);
  if (check.n_wanted > 0)
    {
      make_weights (&check);
      append_backward (&check);
      if (without != NULL)
        check_refused (&check, without);
      else
        run_backward (&check, count_operations (&check, n_nodes));
    }
  pz_program_free (check.program);
  pz_graph_free (check.graph);
  pz_storage_unref (check.d_y);
  g_free (check.weights.v);
}
