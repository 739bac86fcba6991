/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares the optimiser with PyTorch's numbers, in the way a training loop uses it: states updated in place, a loss scale,
 * micro-batches, and skipped steps.
 */
#include <math.h>
#include <string.h>

#include "compute/learning.h"
#include "compute/run.h"
#include "tests/unit/adamw-data.h"
#include "tests/unit/open-gpu.h"

/* A power of two, so that scaling is exact. */
#define LOSS_SCALE 1024.0f

typedef struct
{
  PzGpu *gpu;
  PzStorage *parameter, *mean, *square, *sum;
  PzProgram *add; /* adds the gradient of a micro-batch */
  PzProgram *step;
} Optimiser;

static PzStorage *
new_state (PzGpu *gpu, const char *name, const float values[])
{
  g_autoptr (GError) error = NULL;
  PzStorage *storage =
    pz_storage_new (gpu, PZ_ARENA_STATE, PZ_F32, 1, (const guint[]) { N }, name, &error);

  g_assert_no_error (error);
  pz_storage_write_f32 (storage, values, N, &error);
  g_assert_no_error (error);
  return storage;
}

static PzTensor *
state_input (PzGraph *graph, const char *name, PzStorage *storage)
{
  PzTensor *leaf = pz_graph_input (graph, name, PZ_F32, 1, (const guint[]) { N });

  pz_graph_bind (graph, leaf, storage);
  return leaf;
}

static void
bind_result (PzGraph *graph, PzTensor *x, const char *name, PzStorage *storage)
{
  pz_graph_bind (graph, pz_graph_output (graph, x, name), storage);
}

static PzProgram *
compile (PzGpu *gpu, PzGraph *graph)
{
  g_autoptr (GError) error = NULL;
  PzProgram *program = pz_program_new (gpu, graph, NULL, &error);

  g_assert_no_error (error);
  return program;
}

static PzProgram *
compile_add (Optimiser *self)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *gradient = pz_graph_input (graph, "gradient", PZ_F32, 1, (const guint[]) { N });
  PzTensor *keep = pz_graph_input (graph, "keep", PZ_F32, 1, (const guint[]) { 1 });
  PzTensor *sum = state_input (graph, "sum", self->sum);

  bind_result (graph, pz_accumulate (graph, sum, gradient, keep), "sum'", self->sum);
  return compile (self->gpu, graph);
}

static PzProgram *
compile_step (Optimiser *self)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *gradient = state_input (graph, "sum", self->sum);
  PzTensor *knobs =
    pz_graph_input (graph, "knobs", PZ_F32, 1, (const guint[]) { PZ_N_ADAMW_KNOBS });
  const PzAdamw state = { .parameter = state_input (graph, "parameter", self->parameter),
                          .mean = state_input (graph, "mean", self->mean),
                          .square = state_input (graph, "square", self->square) };
  PzTensor *skip = pz_not_finite (graph, gradient, NULL);
  const PzAdamw next = pz_adamw (graph, &state, gradient, knobs, skip);

  bind_result (graph, next.parameter, "parameter'", self->parameter);
  bind_result (graph, next.mean, "mean'", self->mean);
  bind_result (graph, next.square, "square'", self->square);
  pz_graph_output (graph, skip, "skipped");
  return compile (self->gpu, graph);
}

static void
optimiser_init (Optimiser *self)
{
  static const float zeros[N] = { 0 };
  static const float anything[N] = { NAN, INFINITY };

  self->gpu = open_gpu (&(PzGpuParams) { .validate = TRUE });
  self->parameter = new_state (self->gpu, "parameter", start);
  self->mean = new_state (self->gpu, "mean", zeros);
  self->square = new_state (self->gpu, "square", zeros);
  self->sum = new_state (self->gpu, "sum", anything);
  self->add = compile_add (self);
  self->step = compile_step (self);
}

static void
optimiser_clear (Optimiser *self)
{
  pz_program_free (self->add);
  pz_program_free (self->step);
  pz_storage_unref (self->parameter);
  pz_storage_unref (self->mean);
  pz_storage_unref (self->square);
  pz_storage_unref (self->sum);
  close_gpu (self->gpu);
}

static void
write_input (PzProgram *program, const char *name, const float values[], gsize n)
{
  g_autoptr (GError) error = NULL;

  pz_storage_write_f32 (pz_program_get_storage (program, name), values, n, &error);
  g_assert_no_error (error);
}

static void
run (PzProgram *program)
{
  g_autoptr (GError) error = NULL;

  pz_program_run (program, NULL, &error);
  g_assert_no_error (error);
}

/* Adds the scaled gradient of a micro-batch. */
static void
add_gradient (Optimiser *self, const float gradient[], gboolean is_first)
{
  const float keep = is_first ? 0 : 1;
  float scaled[N];

  for (guint i = 0; i < N; i++)
    scaled[i] = gradient[i] * LOSS_SCALE;
  write_input (self->add, "gradient", scaled, N);
  write_input (self->add, "keep", &keep, 1);
  run (self->add);
}

static void
take_step (Optimiser *self, guint step, guint micro_batches)
{
  float knobs[PZ_N_ADAMW_KNOBS];

  pz_adamw_fill_knobs (&settings, step, 1.0 / ((gdouble) LOSS_SCALE * micro_batches), knobs);
  write_input (self->step, "knobs", knobs, PZ_N_ADAMW_KNOBS);
  run (self->step);
}

static void
read_state (PzStorage *storage, float values[N])
{
  g_autoptr (GError) error = NULL;

  pz_storage_read_f32 (storage, values, N, &error);
  g_assert_no_error (error);
}

/* Within a few units in the last place: PyTorch's compilers fuse some multiplications and additions, which round only once. */
static void
assert_close (PzStorage *storage, const float expected[N], float ulps)
{
  float found[N];

  read_state (storage, found);
  for (guint i = 0; i < N; i++)
    if (!(fabsf (found[i] - expected[i]) <= ulps * 0x1p-23f * fabsf (expected[i])))
      g_test_fail_printf ("element %u of %s: expected %.9g, found %.9g", i,
                          pz_storage_get_name (storage), (double) expected[i],
                          (double) found[i]);
}

static void
test_steps_are_pytorchs (void)
{
  Optimiser self = { 0 };

  optimiser_init (&self);
  for (guint step = 1; step <= STEPS; step++)
    {
      add_gradient (&self, gradients[step - 1], TRUE);
      take_step (&self, step, 1);
      assert_close (self.parameter, after[step - 1], 3);
    }
  assert_close (self.mean, last_mean, 8);
  assert_close (self.square, last_square, 8);
  optimiser_clear (&self);
}

/* The mean of two equal gradients is that gradient, to the bit. */
static void
test_micro_batches_are_averaged (void)
{
  Optimiser self = { 0 };

  optimiser_init (&self);
  for (guint step = 1; step <= STEPS; step++)
    {
      add_gradient (&self, gradients[step - 1], TRUE);
      add_gradient (&self, gradients[step - 1], FALSE);
      take_step (&self, step, 2);
      assert_close (self.parameter, after[step - 1], 3);
    }
  optimiser_clear (&self);
}

static void
test_a_step_with_an_infinite_gradient_changes_nothing (void)
{
  Optimiser self = { 0 };
  float before[3][N], now[3][N], skipped = 0;
  float broken[N];
  g_autoptr (GError) error = NULL;

  optimiser_init (&self);
  add_gradient (&self, gradients[0], TRUE);
  take_step (&self, 1, 1);
  read_state (self.parameter, before[0]);
  read_state (self.mean, before[1]);
  read_state (self.square, before[2]);

  memcpy (broken, gradients[1], sizeof broken);
  broken[N - 1] = INFINITY;
  add_gradient (&self, broken, TRUE);
  take_step (&self, 2, 1);
  read_state (self.parameter, now[0]);
  read_state (self.mean, now[1]);
  read_state (self.square, now[2]);
  g_assert_cmpmem (before, sizeof before, now, sizeof now);
  pz_storage_read_f32 (pz_program_get_storage (self.step, "skipped"), &skipped, 1, &error);
  g_assert_cmpfloat (skipped, ==, 1);

  /* The infinite gradient leaves no trace: the next one replaces the sum. */
  add_gradient (&self, gradients[1], TRUE);
  take_step (&self, 2, 1);
  assert_close (self.parameter, after[1], 3);
  optimiser_clear (&self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/adamw/steps-are-pytorchs", test_steps_are_pytorchs);
  g_test_add_func ("/adamw/micro-batches-are-averaged", test_micro_batches_are_averaged);
  g_test_add_func ("/adamw/a-step-with-an-infinite-gradient-changes-nothing",
                   test_a_step_with_an_infinite_gradient_changes_nothing);
  return g_test_run ();
}
