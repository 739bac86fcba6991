/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/run/program.h"

#include <string.h>

#include "compute/run/hazards.h"
#include "compute/run/layout.h"
#include "shaders/kernels.h"

/* Interval between checks for cancellation while waiting for a pipeline. */
#define CANCEL_US 20000

G_STATIC_ASSERT (PZ_MAX_SPEC <= PZ_PIPELINE_SPEC && PZ_MAX_ARGS <= PZ_PIPELINE_PUSH);

static void
step_clear (PzProgram *program)
{
  for (guint i = 0; i < program->n_steps; i++)
    g_free (program->steps[i].scope);
  g_clear_pointer (&program->steps, g_free);
  program->n_steps = 0;
}

static PzProgram *
program_alloc (PzGpu *gpu)
{
  PzProgram *self = g_new0 (PzProgram, 1);

  self->gpu = gpu;
  self->budget_seconds = PZ_BUDGET_SECONDS;
  self->storages = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_storage_unref);
  self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->segments = g_ptr_array_new ();
  self->pace = (PzPace) { pz_gpu_get_info (gpu)->kind, pz_gpu_get_pace (gpu) };
  return self;
}

void
pz_program_free (PzProgram *self)
{
  if (self == NULL)
    return;
  pz_gpu_drain (self->gpu);
  pz_recording_drop (self);
  g_ptr_array_unref (self->segments);
  if (self->chunks != NULL)
    pz_scratch_give (self->gpu, self->chunks, self->n_chunks);
  g_free (self->chunks);
  g_hash_table_unref (self->named);
  g_ptr_array_unref (self->storages);
  step_clear (self);
  g_free (self->dispatches);
  g_free (self->step_of);
  g_free (self->barrier_before);
  g_free (self);
}

static gboolean
check_dispatch (const PzGpuLimits *limits, const PzDispatch *d, GError **error)
{
  g_assert (d->kernel < PZ_N_KERNELS && d->args_bytes <= PZ_MAX_ARGS);
  for (guint i = 0; i < 3; i++)
    {
      g_assert (d->groups[i] > 0);
      if (d->groups[i] > limits->max_workgroup_count[i])
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "kernel %s: %u workgroups along axis %u, the device allows %u",
                       pz_kernels[d->kernel].name, d->groups[i], i,
                       limits->max_workgroup_count[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static PzPipelineParams
pipeline_params (const PzDispatch *dispatch)
{
  PzPipelineParams params = {
    .kernel = dispatch->kernel,
    .subgroup_size = dispatch->subgroup_size,
    .n_spec = dispatch->n_spec,
  };

  memcpy (params.spec, dispatch->spec, dispatch->n_spec * sizeof params.spec[0]);
  return params;
}

const PzPipeline *
pz_program_get_pipeline (PzProgram *self, const PzDispatch *dispatch, GError **error)
{
  const PzPipelineParams params = pipeline_params (dispatch);

  return pz_gpu_get_pipeline (self->gpu, &params, error);
}

static void
ask_pipeline (PzProgram *self, const PzDispatch *dispatch)
{
  const PzPipelineParams params = pipeline_params (dispatch);

  pz_gpu_ask_pipeline (self->gpu, &params);
}

gboolean
pz_program_make_pipelines (PzProgram *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < 2 * self->n_dispatches && !self->has_pipelines; i++)
    {
      const PzDispatch *dispatch = &self->dispatches[i % self->n_dispatches];
      const PzPipelineParams params = pipeline_params (dispatch);
      const gboolean is_second_round = i >= self->n_dispatches;

      if (!is_second_round && pz_gpu_is_compiling (self->gpu, &params, 0))
        continue;
      while (!g_cancellable_is_cancelled (cancellable)
             && pz_gpu_is_compiling (self->gpu, &params, CANCEL_US))
        ;
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || pz_gpu_get_pipeline (self->gpu, &params, error) == NULL)
        return FALSE;
    }
  if (!self->has_pipelines)
    pz_gpu_save_pipelines (self->gpu);
  self->has_pipelines = TRUE;
  return TRUE;
}

/* Takes ownership of the dispatches: checks them, places barriers and requests their pipelines. */
static gboolean
set_dispatches (PzProgram *self, GArray *list, const PzRunParams *params, GError **error)
{
  self->n_dispatches = list->len;
  self->dispatches = g_memdup2 (list->data, list->len * sizeof (PzDispatch));
  self->barrier_before = g_new0 (gboolean, list->len + 1);
  pz_hazards_place (self->dispatches, self->n_dispatches, self->barrier_before);
  for (guint i = 0; i < self->n_dispatches; i++)
    {
      PzDispatch *d = &self->dispatches[i];

      d->node = NULL;
      self->flops += d->cost.flops;
      if ((params != NULL && g_cancellable_set_error_if_cancelled (params->cancellable, error))
          || !check_dispatch (&pz_gpu_get_info (self->gpu)->limits, d, error))
        return FALSE;
      ask_pipeline (self, d);
    }
  return TRUE;
}

/* One step per node that has dispatches. */
static void
lower (PzProgram *self, const PzGraph *graph, const PzLayout *layout, GArray *list)
{
  PzLowering lowering = {
    .limits = &pz_gpu_get_info (self->gpu)->limits,
    .node_address = layout->node_address,
    .dispatches = list,
  };
  GArray *step_of = g_array_new (FALSE, FALSE, sizeof (guint));
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (PzStep));

  for (guint id = 0; id < layout->lifetimes->n_nodes; id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);
      const guint first = list->len;
      PzStep step = { 0 };

      if (!layout->lifetimes->live[id] || !pz_node_runs (node))
        continue;
      lowering.scratch_address = pz_layout_scratch_address (layout, id);
      node->op->lower (node, &lowering);
      for (guint i = first; i < list->len; i++)
        {
          const PzDispatch *d = &g_array_index (list, PzDispatch, i);

          step.cost.flops += d->cost.flops;
          step.cost.bytes += d->cost.bytes;
          g_array_append_val (step_of, steps->len);
        }
      step.op = node->op->name;
      step.scope = g_strdup (node->scope);
      step.address = layout->node_address[id];
      step.n_elements = pz_node_n_elements (node);
      step.n_channels = node->tensor.dims[node->tensor.n_dims - 1];
      step.dtype = node->tensor.dtype;
      g_array_append_val (steps, step);
    }
  self->n_steps = steps->len;
  self->steps = (PzStep *) g_array_free (steps, FALSE);
  self->step_of = (guint *) g_array_free (step_of, FALSE);
}

PzProgram *
pz_program_new (PzGpu *gpu, PzGraph *graph, const PzRunParams *params, GError **error)
{
  g_autoptr (PzProgram) self = NULL;
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (PzDispatch));
  PzLayout *layout;

  g_return_val_if_fail (gpu != NULL && graph != NULL, NULL);

  layout = pz_layout_new (gpu, graph, error);
  if (layout == NULL)
    return NULL;
  self = program_alloc (gpu);
  lower (self, graph, layout, list);
  self->scratch_bytes = layout->plan->peak_bytes;
  self->n_chunks = layout->plan->n_chunks;
  self->chunks = g_steal_pointer (&layout->chunks);
  g_hash_table_unref (self->named);
  self->named = g_steal_pointer (&layout->named);
  g_ptr_array_unref (self->storages);
  self->storages = g_steal_pointer (&layout->storages);
  pz_layout_free (layout, gpu);
  if (!set_dispatches (self, list, params, error))
    return NULL;
  return g_steal_pointer (&self);
}

PzProgram *
pz_program_new_flat (PzGpu *gpu,
                     const PzDispatch dispatches[],
                     guint n_dispatches,
                     PzStorage *const storages[],
                     guint n_storages,
                     GError **error)
{
  g_autoptr (PzProgram) self = program_alloc (gpu);
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (PzDispatch));

  self->n_steps = n_dispatches;
  self->steps = g_new0 (PzStep, n_dispatches + 1);
  self->step_of = g_new0 (guint, n_dispatches + 1);
  for (guint i = 0; i < n_dispatches; i++)
    {
      self->steps[i].op = pz_kernels[dispatches[i].kernel].name;
      self->steps[i].scope = g_strdup ("");
      self->steps[i].cost = dispatches[i].cost;
      self->step_of[i] = i;
    }
  for (guint i = 0; i < n_storages; i++)
    g_ptr_array_add (self->storages, pz_storage_ref (storages[i]));
  g_array_append_vals (list, dispatches, n_dispatches);
  if (!set_dispatches (self, list, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

PzStorage *
pz_program_get_storage (PzProgram *self, const char *name)
{
  return g_hash_table_lookup (self->named, name);
}

guint64
pz_program_get_scratch_bytes (const PzProgram *self)
{
  return self->scratch_bytes;
}

gdouble
pz_program_get_flops (const PzProgram *self)
{
  return self->flops;
}

gdouble
pz_program_get_device_ms (const PzProgram *self)
{
  return self->device_ms;
}

gdouble
pz_program_get_busy_ms (const PzProgram *self)
{
  return self->busy_ms;
}

gdouble
pz_program_get_bytes (const PzProgram *self)
{
  gdouble sum = 0;

  for (guint i = 0; i < self->n_steps; i++)
    sum += self->steps[i].cost.bytes;
  return sum;
}

GArray *
pz_program_get_op_times (const PzProgram *self)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (PzOpTime));

  for (guint i = 0; i < self->n_steps && self->traced; i++)
    {
      const PzStep *step = &self->steps[i];
      PzOpTime time = { step->op, step->scope, step->ms, step->cost.flops, step->cost.bytes };

      g_array_append_val (times, time);
    }
  return times;
}

void
pz_program_set_reversed (PzProgram *self, gboolean reversed)
{
  g_autofree PzDispatch *dispatches = NULL;
  g_autofree guint *step_of = NULL;
  g_autofree guint *order = NULL;

  if (self->reversed == reversed)
    return;
  pz_gpu_drain (self->gpu);
  pz_recording_drop (self);
  order = g_new0 (guint, self->n_dispatches + 1);
  pz_hazards_reverse (self->barrier_before, self->n_dispatches, order);
  dispatches = g_memdup2 (self->dispatches, self->n_dispatches * sizeof (PzDispatch));
  step_of = g_memdup2 (self->step_of, self->n_dispatches * sizeof (guint));
  for (guint i = 0; i < self->n_dispatches; i++)
    {
      self->dispatches[i] = dispatches[order[i]];
      self->step_of[i] = step_of[order[i]];
    }
  self->reversed = reversed;
}

gboolean
pz_program_fill_scratch (PzProgram *self, guint32 pattern, GError **error)
{
  for (guint i = 0; i < self->n_chunks; i++)
    if (!pz_scratch_fill (self->gpu, self->chunks[i], pattern, error))
      return FALSE;
  return TRUE;
}

void
pz_program_set_min_submits (PzProgram *self, guint n_submits)
{
  gdouble sum = 0;

  for (guint i = 0; i < self->n_dispatches; i++)
    sum += pz_pace_expected_seconds (&self->pace, &self->dispatches[i]);
  self->budget_seconds = sum / n_submits;
  pz_gpu_drain (self->gpu);
  pz_recording_drop (self);
}
