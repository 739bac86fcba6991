/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/footprint.h"

void
pz_footprint_clear (PzFootprint *footprint)
{
  g_clear_pointer (&footprint->weights, g_hash_table_unref);
}

void
pz_footprint_add_state (PzFootprint *footprint, PzDtype dtype, guint n_dims, const guint dims[])
{
  footprint->bytes += pz_dtype_size (dtype, n_dims, dims);
}

gboolean
pz_footprint_add (PzFootprint *footprint, const PzGraph *graph, GError **error)
{
  guint64 scratch;

  if (!pz_graph_plan_bytes (graph, footprint->limits, &scratch, error))
    return FALSE;
  if (footprint->weights == NULL)
    footprint->weights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    {
      const PzTensor *weight = pz_graph_get_weight (graph, i);

      if (g_hash_table_add (footprint->weights, g_strdup (weight->name)))
        pz_footprint_add_state (footprint, weight->dtype, weight->n_dims, weight->dims);
    }
  /* A program uses the scratch of others if that is large enough. */
  if (scratch > footprint->largest_scratch)
    {
      footprint->bytes += scratch;
      footprint->largest_scratch = scratch;
    }
  footprint->bytes += pz_graph_unbound_bytes (graph);
  return TRUE;
}
