/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/graph/lifetimes.h"

static void
mark_live (const PzGraph *graph, gboolean live[])
{
  for (guint id = pz_graph_get_n_nodes (graph); id-- > 0;)
    {
      const PzNode *node = pz_graph_get_node (graph, id);

      live[id] = live[id] || node->is_output;
      if (!live[id])
        continue;
      for (guint i = 0; i < PZ_MAX_SRC; i++)
        if (node->src[i] != NULL)
          live[node->src[i]->id] = TRUE;
    }
}

/* The item that the node's result may overwrite; -1 = none. The last reader of every item must be known. */
static gint
find_overwrite (const PzLifetimes *lifetimes, const PzNode *node)
{
  for (guint i = 0; i < node->op->n_src; i++)
    {
      if ((node->op->in_place & (1u << i)) == 0 || node->src[i] == NULL)
        continue;

      const PzNode *base = pz_node_base (node->src[i]);
      const gint item = lifetimes->node_item[base->id];
      guint n_uses = 0;

      for (guint j = 0; j < node->op->n_src; j++)
        n_uses += node->src[j] != NULL && pz_node_base (node->src[j]) == base;
      if (item >= 0 && n_uses == 1 && lifetimes->items[item].last == node->id
          && lifetimes->items[item].bytes == pz_node_bytes (node))
        return item;
    }
  return -1;
}

static gint
add_item (PzLifetimes *lifetimes, guint step, guint64 bytes)
{
  lifetimes->items[lifetimes->n_items] = (PzPlanItem) {
    .first = step,
    .last = step,
    .bytes = bytes,
    .may_overwrite = -1,
  };
  return (gint) lifetimes->n_items++;
}

PzLifetimes *
pz_lifetimes_new (const PzGraph *graph, const PzGpuLimits *limits)
{
  const guint n = pz_graph_get_n_nodes (graph);
  PzLifetimes *lifetimes = g_new0 (PzLifetimes, 1);

  lifetimes->n_nodes = n;
  lifetimes->live = g_new0 (gboolean, n + 1);
  lifetimes->node_item = g_new (gint, n + 1);
  lifetimes->scratch_item = g_new (gint, n + 1);
  lifetimes->items = g_new0 (PzPlanItem, 2 * n + 1);
  mark_live (graph, lifetimes->live);

  for (guint id = 0; id < n; id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);

      lifetimes->node_item[id] = lifetimes->scratch_item[id] = -1;
      if (!lifetimes->live[id] || node->op == NULL)
        continue;
      if (pz_node_in_scratch (node))
        lifetimes->node_item[id] = add_item (lifetimes, id, pz_node_bytes (node));
      if (node->view_of != NULL)
        lifetimes->node_item[id] = lifetimes->node_item[node->view_of->id];
      if (node->op->scratch_bytes != NULL && node->op->scratch_bytes (node, limits) > 0)
        lifetimes->scratch_item[id] =
          add_item (lifetimes, id, node->op->scratch_bytes (node, limits));
      for (guint i = 0; i < node->op->n_src; i++)
        {
          const gint item = node->src[i] != NULL ? lifetimes->node_item[node->src[i]->id] : -1;
          if (item >= 0)
            lifetimes->items[item].last = id; /* ids are ascending, so the last one wins */
        }
    }

  for (guint id = 0; id < n; id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);
      if (lifetimes->live[id] && node->op != NULL && pz_node_in_scratch (node))
        lifetimes->items[lifetimes->node_item[id]].may_overwrite =
          find_overwrite (lifetimes, node);
    }
  return lifetimes;
}

void
pz_lifetimes_free (PzLifetimes *lifetimes)
{
  if (lifetimes == NULL)
    return;
  g_free (lifetimes->live);
  g_free (lifetimes->node_item);
  g_free (lifetimes->scratch_item);
  g_free (lifetimes->items);
  g_free (lifetimes);
}

/* Vulkan's required limits, for planning without a device. */
static const PzGpuLimits floor_limits = {
  .max_allocation_bytes = G_MAXUINT32,
  .subgroup_size = 8,
  .min_subgroup_size = 8,
  .max_subgroup_size = 8,
  .max_workgroup_invocations = 128,
  .max_workgroup_size = { 128, 128, 64 },
  .max_workgroup_count = { 65535, 65535, 65535 },
  .max_shared_bytes = 16384,
  .max_push_bytes = 128,
};

gboolean
pz_graph_plan_bytes (const PzGraph *graph,
                     const PzGpuLimits *limits,
                     guint64 *scratch_bytes,
                     GError **error)
{
  *scratch_bytes = 0;
  if (!pz_graph_check (graph, error))
    return FALSE;

  g_autoptr (PzLifetimes) lifetimes =
    pz_lifetimes_new (graph, limits != NULL ? limits : &floor_limits);
  g_autoptr (PzPlan) plan = pz_plan_new (lifetimes->items, lifetimes->n_items,
                                         PZ_SCRATCH_ALIGNMENT, G_MAXUINT64 / 2, error);
  if (plan == NULL)
    return FALSE;
  *scratch_bytes = plan->peak_bytes;
  return TRUE;
}

guint64
pz_graph_unbound_bytes (const PzGraph *graph)
{
  guint64 sum = 0;

  for (guint id = 0; id < pz_graph_get_n_nodes (graph); id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);

      if ((node->is_input || node->is_output) && node->storage == NULL)
        sum += pz_node_bytes (node);
    }
  return sum;
}
