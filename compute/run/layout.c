/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/run/layout.h"

#include "compute/base/checked.h"

/* Bytes that a block needs in addition, to align its first slice. */
#define BLOCK_RESERVE 4096

static gboolean
has_storage (const PzNode *node)
{
  return node->is_input || node->is_weight || node->is_output;
}

/* Reports a lack of memory before anything is allocated. Scratch that other programs hold can be shared, so it is
 * subtracted. */
static gboolean
check_memory (PzGpu *gpu, const PzLayout *layout, const PzGraph *graph, GError **error)
{
  guint64 scratch = layout->plan->peak_bytes;
  guint64 needed =
    scratch - MIN (scratch, pz_scratch_held_bytes (gpu)) + pz_graph_unbound_bytes (graph);
  guint64 available = pz_gpu_free_bytes (gpu);

  if (needed <= available)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY,
               "the network needs %.1f MiB of device memory to run, %.1f MiB are free on %s",
               (gdouble) needed / 1048576, (gdouble) available / 1048576,
               pz_gpu_get_info (gpu)->name);
  return FALSE;
}

static PzStorage *
storage_for (PzGpu *gpu, const PzNode *node, GError **error)
{
  if (node->storage != NULL)
    return pz_storage_ref (node->storage);
  if (node->is_weight)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "the weight %s is not bound to a storage", node->tensor.name);
      return NULL;
    }
  return pz_storage_new (gpu, PZ_ARENA_STATE, node->tensor.dtype, node->tensor.n_dims,
                         node->tensor.dims, node->tensor.name, error);
}

static gboolean
place_storages (PzLayout *self, PzGpu *gpu, const PzGraph *graph, GError **error)
{
  for (guint id = 0; id < self->lifetimes->n_nodes; id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);
      PzStorage *storage;

      /* The caller may write unused inputs, so they need a storage; unused weights do not. */
      if (!has_storage (node) || (node->is_weight && !self->lifetimes->live[id]))
        continue;
      storage = storage_for (gpu, node, error);
      if (storage == NULL)
        return FALSE;
      g_ptr_array_add (self->storages, storage);
      if (!node->is_weight)
        g_hash_table_insert (self->named, g_strdup (node->tensor.name), storage);
      self->node_address[id] = pz_storage_get_address (storage);
    }
  return TRUE;
}

static gboolean
place_scratch (PzLayout *self, PzGpu *gpu, const PzGraph *graph, GError **error)
{
  const PzPlan *plan = self->plan;

  self->chunk_address = g_new0 (guint64, plan->n_chunks + 1);
  self->chunks = g_new0 (PzScratch *, plan->n_chunks + 1);
  if (!pz_scratch_take (gpu, plan->chunk_bytes, plan->n_chunks, self->chunks,
                        self->chunk_address, error))
    {
      g_clear_pointer (&self->chunks, g_free);
      return FALSE;
    }
  for (guint id = 0; id < self->lifetimes->n_nodes; id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);
      const PzNode *base = pz_node_base (node);
      gint item = self->lifetimes->node_item[id];

      if (!self->lifetimes->live[id])
        continue;
      if (has_storage (base))
        self->node_address[id] = self->node_address[base->id] + node->view_offset;
      else if (item >= 0)
        self->node_address[id] = self->chunk_address[plan->slots[item].chunk]
                                 + plan->slots[item].offset + node->view_offset;
    }
  return TRUE;
}

/* A result that is bound to the storage of an input must not be written before the last read of that input. If the op that
 * writes it works in place, it may itself be the last reader. */
static gboolean
check_overwrites (const PzLayout *self, const PzGraph *graph, GError **error)
{
  for (guint id = 0; id < self->lifetimes->n_nodes; id++)
    {
      const PzNode *reader = pz_graph_get_node (graph, id);

      for (guint i = 0;
           self->lifetimes->live[id] && reader->op != NULL && i < reader->op->n_src; i++)
        {
          const PzNode *leaf = reader->src[i] != NULL ? pz_node_base (reader->src[i]) : NULL;

          for (guint o = 0; leaf != NULL && leaf->is_input && leaf->storage != NULL && o <= id;
               o++)
            {
              const PzNode *result = pz_graph_get_node (graph, o);

              if (!result->is_output || result->storage != leaf->storage
                  || (o == id && (reader->op->in_place & (1u << i)) != 0))
                continue;
              g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "the result %s overwrites the input %s before %s has read it",
                           result->tensor.name, leaf->tensor.name, reader->op->name);
              return FALSE;
            }
        }
    }
  return TRUE;
}

PzLayout *
pz_layout_new (PzGpu *gpu, const PzGraph *graph, GError **error)
{
  const PzGpuLimits *limits = &pz_gpu_get_info (gpu)->limits;
  PzLayout *self;

  if (!pz_graph_check (graph, error))
    return NULL;
  self = g_new0 (PzLayout, 1);
  self->storages = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_storage_unref);
  self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lifetimes = pz_lifetimes_new (graph, limits);
  self->node_address = g_new0 (guint64, self->lifetimes->n_nodes + 1);
  self->plan =
    pz_plan_new (self->lifetimes->items, self->lifetimes->n_items, PZ_SCRATCH_ALIGNMENT,
                 limits->max_allocation_bytes - BLOCK_RESERVE, error);
  if (self->plan == NULL || !check_overwrites (self, graph, error)
      || !check_memory (gpu, self, graph, error) || !place_storages (self, gpu, graph, error)
      || !place_scratch (self, gpu, graph, error))
    {
      pz_layout_free (self, gpu);
      return NULL;
    }
  return self;
}

void
pz_layout_free (PzLayout *self, PzGpu *gpu)
{
  if (self == NULL)
    return;
  if (self->chunks != NULL)
    pz_scratch_give (gpu, self->chunks, self->plan->n_chunks);
  g_free (self->chunks);
  g_free (self->chunk_address);
  g_free (self->node_address);
  g_clear_pointer (&self->named, g_hash_table_unref);
  g_clear_pointer (&self->storages, g_ptr_array_unref);
  pz_plan_free (self->plan);
  pz_lifetimes_free (self->lifetimes);
  g_free (self);
}

guint64
pz_layout_scratch_address (const PzLayout *self, guint node_id)
{
  gint item = self->lifetimes->scratch_item[node_id];

  if (item < 0)
    return 0;
  return self->chunk_address[self->plan->slots[item].chunk] + self->plan->slots[item].offset;
}
