/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-optimizer.h"

#include <math.h>

#include "compute/learning.h"

/* PyTorch's defaults, used by all methods (methods: training). */
#define BETA_1 0.9
#define BETA_2 0.999
#define EPSILON 1e-8
#define WEIGHT_DECAY 1e-2
/* Avoids a division by zero (torch.nn.utils.clip_grad_norm_). */
#define NORM_EPSILON 1e-6

static PzTensor *
input_like (PzGraph *graph, const char *name, const PzTrained *trained, PzStorage *storage)
{
  PzTensor *input = pz_graph_input (graph, name, PZ_F32, trained->n_dims, trained->dims);

  if (storage != NULL)
    pz_graph_bind (graph, input, storage);
  return input;
}

static void
output_into (PzGraph *graph, PzTensor *x, const char *name, PzStorage *storage)
{
  PzTensor *output = pz_graph_output (graph, x, name);

  if (storage != NULL)
    pz_graph_bind (graph, output, storage);
}

/* Storages are NULL if the graph is only measured. */
static PzGraph *
build (const PzLearnOptimizer *optimizer, const PzTrained *trained, PzDtype activation)
{
  PzGraph *graph = pz_graph_new (activation);
  PzTensor *sum = input_like (graph, "sum", trained, optimizer->sum);
  PzTensor *pull = input_like (graph, "pull", trained, NULL);
  PzTensor *knobs = pz_graph_input (graph, "knobs", PZ_F32, 1, (guint[]) { PZ_N_ADAMW_KNOBS });
  PzTensor *not_finite = pz_not_finite (graph, sum, NULL);
  const PzAdamw before = {
    .parameter = input_like (graph, "value", trained, optimizer->value),
    .mean = input_like (graph, "mean", trained, optimizer->mean),
    .square = input_like (graph, "square", trained, optimizer->square),
  };
  const PzAdamw after = pz_adamw (graph, &before, pz_add (graph, sum, pull), knobs, not_finite);

  output_into (graph, after.parameter, "new_value", optimizer->value);
  output_into (graph, after.mean, "new_mean", optimizer->mean);
  output_into (graph, after.square, "new_square", optimizer->square);
  pz_graph_output (graph, not_finite, "not_finite");
  return graph;
}

/* Computes the mean square of all gradients, from which their norm follows. */
static PzGraph *
build_norm (const PzLearnOptimizer *optimizer, const PzTrained *trained)
{
  PzGraph *graph = pz_graph_new (PZ_F32);
  const guint dims[] = { 1, (guint) trained->n };
  PzTensor *sum =
    pz_reshape (graph, input_like (graph, "sum", trained, optimizer->sum), 2, dims);

  pz_graph_output (graph,
                   pz_mean_square (graph, sum, pz_constant (graph, PZ_F32, 2, dims, 0.0f),
                                   NULL),
                   "mean_square");
  return graph;
}

static gboolean
make_norm (PzLearnOptimizer *optimizer, PzGpu *gpu, const PzTrained *trained, GError **error)
{
  g_autoptr (PzGraph) graph = build_norm (optimizer, trained);

  optimizer->norm = pz_program_new (gpu, graph, NULL, error);
  return optimizer->norm != NULL;
}

gboolean
pz_learn_optimizer_init (PzLearnOptimizer *optimizer,
                         PzGpu *gpu,
                         const PzTrained *trained,
                         double max_norm,
                         GError **error)
{
  const struct
  {
    PzStorage **to;
    const char *name;
  } rows[] = {
    { &optimizer->value, "value" },
    { &optimizer->mean, "mean" },
    { &optimizer->square, "square" },
    { &optimizer->sum, "sum" },
  };
  g_autoptr (PzGraph) graph = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      *rows[i].to = pz_storage_new (gpu, PZ_ARENA_STATE, PZ_F32, trained->n_dims, trained->dims,
                                    rows[i].name, error);
      if (*rows[i].to == NULL)
        return FALSE;
    }
  graph = build (optimizer, trained, PZ_F32);
  optimizer->update = pz_program_new (gpu, graph, NULL, error);
  optimizer->max_norm = max_norm;
  return optimizer->update != NULL
         && (max_norm == 0.0 || make_norm (optimizer, gpu, trained, error));
}

void
pz_learn_optimizer_clear (PzLearnOptimizer *optimizer)
{
  PzStorage **all[] = { &optimizer->value, &optimizer->mean, &optimizer->square,
                        &optimizer->sum };

  g_clear_pointer (&optimizer->update, pz_program_free);
  g_clear_pointer (&optimizer->norm, pz_program_free);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_clear_pointer (all[i], pz_storage_unref);
}

gboolean
pz_learn_optimizer_measure (PzDtype activation,
                            const PzTrained *trained,
                            PzFootprint *footprint,
                            GError **error)
{
  const PzLearnOptimizer nothing = { 0 };
  g_autoptr (PzGraph) graph = build (&nothing, trained, activation);

  return pz_footprint_add (footprint, graph, error);
}

gboolean
pz_learn_optimizer_write (PzLearnOptimizer *optimizer,
                          const PzLearnState *state,
                          GError **error)
{
  return pz_storage_write_f32 (optimizer->value, state->value, state->n, error)
         && pz_storage_write_f32 (optimizer->mean, state->first, state->n, error)
         && pz_storage_write_f32 (optimizer->square, state->second, state->n, error);
}

gboolean
pz_learn_optimizer_read (PzLearnOptimizer *optimizer, PzLearnState *state, GError **error)
{
  return pz_storage_read_f32 (optimizer->value, state->value, state->n, error)
         && pz_storage_read_f32 (optimizer->mean, state->first, state->n, error)
         && pz_storage_read_f32 (optimizer->square, state->second, state->n, error);
}

/* Computes the factor that limits the norm of the gradients, as torch.nn.utils.clip_grad_norm_ does; 1 if the norm is not
 * finite. */
static gboolean
find_shortening (PzLearnOptimizer *optimizer,
                 const PzLearnState *state,
                 double *factor,
                 GError **error)
{
  float mean_square;
  double norm;

  *factor = 1.0;
  if (optimizer->norm == NULL)
    return TRUE;
  if (!pz_program_run (optimizer->norm, NULL, error)
      || !pz_storage_read_f32 (pz_program_get_storage (optimizer->norm, "mean_square"),
                               &mean_square, 1, error))
    return FALSE;
  norm = sqrt ((double) mean_square * (double) state->n) / (double) state->scale;
  if (isfinite (norm))
    *factor = MIN (1.0, optimizer->max_norm / (norm + NORM_EPSILON));
  return TRUE;
}

gboolean
pz_learn_optimizer_step (PzLearnOptimizer *optimizer,
                         PzLearnState *state,
                         double rate,
                         const float *pull,
                         gboolean *skipped,
                         GError **error)
{
  const PzAdamwSettings settings = {
    .rate = rate,
    .beta_1 = BETA_1,
    .beta_2 = BETA_2,
    .epsilon = EPSILON,
    .weight_decay = WEIGHT_DECAY,
  };
  float knobs[PZ_N_ADAMW_KNOBS], not_finite;
  double factor;

  if (!find_shortening (optimizer, state, &factor, error))
    return FALSE;
  pz_adamw_fill_knobs (&settings, state->n_updates + 1, factor / (double) state->scale, knobs);
  if (!pz_storage_write_f32 (pz_program_get_storage (optimizer->update, "knobs"), knobs,
                             PZ_N_ADAMW_KNOBS, error)
      || !pz_storage_write_f32 (pz_program_get_storage (optimizer->update, "pull"), pull,
                                state->n, error)
      || !pz_program_run (optimizer->update, NULL, error)
      || !pz_storage_read_f32 (pz_program_get_storage (optimizer->update, "not_finite"),
                               &not_finite, 1, error))
    return FALSE;
  *skipped = not_finite != 0.0f;
  if (*skipped)
    return TRUE;
  state->n_updates++;
  return pz_storage_read_f32 (optimizer->value, state->value, state->n, error);
}
