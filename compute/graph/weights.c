/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weights and their overrides, by name.
 */
#include "compute/base/dtype.h"
#include "compute/base/shape.h"
#include "compute/graph/graph-private.h"

/* For each dimension of the tensor, its index among the dimensions in the file. */
static const guint order[][PZ_MAX_DIMS] = {
  [PZ_WEIGHT_PLAIN] = { 0, 1, 2, 3, 4 },
  [PZ_WEIGHT_MATRIX] = { 0, 1, 2, 3, 4 },
  [PZ_WEIGHT_CONV] = { 0, 2, 3, 1 },
};

static PzTensor *
weight_again (PzGraph *graph,
              const PzGraphWeight *weight,
              PzWeightLayout layout,
              guint n_dims,
              const guint dims[])
{
  if (weight->layout == layout
      && pz_shape_equal (weight->n_dims, weight->file_dims, n_dims, dims))
    return &weight->node->tensor;

  g_autofree char *before = pz_shape_to_text (weight->n_dims, weight->file_dims);
  g_autofree char *now = pz_shape_to_text (n_dims, dims);
  pz_graph_fail (graph, "weight",
                 g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                              "%s: expected the same layout and shape as before, %s, found %s",
                              weight->node->tensor.name, before, now));
  return NULL;
}

static PzTensor *
stand_in (PzGraph *graph,
          const char *name,
          PzWeightLayout layout,
          guint n_dims,
          const guint file_dims[])
{
  PzGraphOverride *override = g_hash_table_lookup (graph->overrides, name);
  const PzTensor *tensor = override->tensor;
  guint dims[PZ_MAX_DIMS] = { 0 };

  for (guint i = 0; i < MIN (n_dims, PZ_MAX_DIMS); i++)
    dims[i] = file_dims[order[layout][i]];
  override->is_used = TRUE;
  if (pz_shape_equal (tensor->n_dims, tensor->dims, n_dims, dims))
    return override->tensor;

  g_autofree char *expected = pz_shape_to_text (MIN (n_dims, PZ_MAX_DIMS), dims);
  g_autofree char *found = pz_shape_to_text (tensor->n_dims, tensor->dims);
  pz_graph_fail (graph, "weight",
                 g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                              "%s: expected an override of shape %s, found %s", name, expected,
                              found));
  return NULL;
}

void
pz_graph_pack_weights (PzGraph *graph)
{
  graph->packs_weights = TRUE;
}

/* Kernels load four neighbouring elements of a row as one word. */
static gboolean
is_packed (const PzGraph *graph, PzWeightLayout layout, const PzTensor *weight)
{
  return graph->packs_weights && layout != PZ_WEIGHT_PLAIN && weight->n_dims > 1
         && weight->dims[weight->n_dims - 1] % 4 == 0;
}

PzTensor *
pz_graph_weight (PzGraph *graph,
                 PzWeightLayout layout,
                 const char *name,
                 guint n_dims,
                 const guint file_dims[])
{
  g_autofree char *scoped = g_strconcat (graph->scope->str, name, NULL);
  gpointer found = NULL;

  if (g_hash_table_contains (graph->overrides, scoped))
    return stand_in (graph, scoped, layout, n_dims, file_dims);
  if (g_hash_table_lookup_extended (graph->weight_index, scoped, NULL, &found))
    return weight_again (graph,
                         &g_array_index (graph->weights, PzGraphWeight,
                                         GPOINTER_TO_UINT (found)),
                         layout, n_dims, file_dims);
  if (!pz_graph_check_leaf (graph, "weight", scoped, n_dims, file_dims))
    return NULL;
  if (layout == PZ_WEIGHT_CONV && n_dims != 4)
    {
      pz_graph_fail (graph, "weight",
                     g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                                  "%s: expected 4 dimensions of a convolution, found %u",
                                  scoped, n_dims));
      return NULL;
    }

  PzNode *node = pz_graph_node_new (graph);
  PzGraphWeight weight = { .node = node, .layout = layout, .n_dims = n_dims };

  node->tensor.n_dims = n_dims;
  for (guint i = 0; i < n_dims; i++)
    {
      weight.file_dims[i] = file_dims[i];
      node->tensor.dims[i] = file_dims[order[layout][i]];
    }
  node->tensor.dtype = is_packed (graph, layout, &node->tensor) ? PZ_ROWS8 : graph->activation;
  node->tensor.name = g_string_chunk_insert_const (graph->names, scoped);
  node->is_weight = 1;
  g_hash_table_insert (graph->weight_index, (gpointer) node->tensor.name,
                       GUINT_TO_POINTER (graph->weights->len));
  g_array_append_val (graph->weights, weight);
  return &pz_graph_node_keep (graph, node)->tensor;
}

/* Safe because the form of a product is chosen when it is lowered, so nothing else depends on the dtype of its weight. */
void
pz_graph_unpack_weight (PzGraph *graph, PzTensor *weight)
{
  PzNode *node = (PzNode *) weight;

  g_return_if_fail (node->graph == graph && node->is_weight && node->storage == NULL);
  node->tensor.dtype = graph->activation;
}

guint
pz_graph_get_n_weights (const PzGraph *graph)
{
  return graph->weights->len;
}

static const PzGraphWeight *
weight_at (const PzGraph *graph, guint index)
{
  g_assert (index < graph->weights->len);
  return &g_array_index (graph->weights, PzGraphWeight, index);
}

PzTensor *
pz_graph_get_weight (const PzGraph *graph, guint index)
{
  return &weight_at (graph, index)->node->tensor;
}

PzWeightLayout
pz_graph_get_weight_layout (const PzGraph *graph, guint index)
{
  return weight_at (graph, index)->layout;
}

const guint *
pz_graph_get_weight_file_dims (const PzGraph *graph, guint index, guint *n_dims)
{
  *n_dims = weight_at (graph, index)->n_dims;
  return weight_at (graph, index)->file_dims;
}

void
pz_graph_override (PzGraph *graph, const char *name, PzTensor *tensor)
{
  tensor = pz_cast (graph, tensor, graph->activation);
  if (tensor == NULL)
    return;
  if (g_hash_table_contains (graph->overrides, name))
    {
      pz_graph_fail (graph, "override",
                     g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                                  "expected one tensor for a weight, found a second for %s",
                                  name));
      return;
    }
  PzGraphOverride *override = g_new0 (PzGraphOverride, 1);
  override->tensor = tensor;
  g_hash_table_insert (graph->overrides, g_string_chunk_insert_const (graph->names, name),
                       override);
}

const char *
pz_graph_find_unused_override (const PzGraph *graph)
{
  const char *found = NULL;
  GHashTableIter iter;
  gpointer name, override;

  g_hash_table_iter_init (&iter, graph->overrides);
  while (g_hash_table_iter_next (&iter, &name, &override))
    if (!((const PzGraphOverride *) override)->is_used
        && (found == NULL || g_strcmp0 (name, found) < 0))
      found = name;
  return found;
}
