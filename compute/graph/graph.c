/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/graph/graph-private.h"

#include "compute/base/dtype.h"
#include "compute/base/shape.h"

#include <string.h>

static void
node_free (gpointer data)
{
  PzNode *node = data;

  g_clear_pointer (&node->storage, pz_storage_unref);
  g_free (node);
}

PzGraph *
pz_graph_new (PzDtype activation)
{
  PzGraph *graph = g_new0 (PzGraph, 1);

  g_return_val_if_fail (activation == PZ_F16 || activation == PZ_F32, NULL);

  graph->activation = activation;
  graph->nodes = g_ptr_array_new_with_free_func (node_free);
  graph->weights = g_array_new (FALSE, TRUE, sizeof (PzGraphWeight));
  graph->weight_index = g_hash_table_new (g_str_hash, g_str_equal);
  graph->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  graph->doors = g_hash_table_new (g_str_hash, g_str_equal);
  graph->names = g_string_chunk_new (4096);
  graph->scope = g_string_new (NULL);
  graph->scope_starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  return graph;
}

void
pz_graph_free (PzGraph *graph)
{
  if (graph == NULL)
    return;
  g_ptr_array_unref (graph->nodes);
  g_array_unref (graph->weights);
  g_hash_table_unref (graph->weight_index);
  g_hash_table_unref (graph->overrides);
  g_hash_table_unref (graph->doors);
  g_string_chunk_free (graph->names);
  g_string_free (graph->scope, TRUE);
  g_array_unref (graph->scope_starts);
  g_clear_error (&graph->error);
  g_free (graph);
}

PzDtype
pz_graph_get_activation (const PzGraph *graph)
{
  return graph->activation;
}

guint
pz_graph_get_n_nodes (const PzGraph *graph)
{
  return graph->nodes->len;
}

PzNode *
pz_graph_get_node (const PzGraph *graph, guint id)
{
  g_assert (id < graph->nodes->len);
  return g_ptr_array_index (graph->nodes, id);
}

gsize
pz_node_bytes (const PzNode *node)
{
  return pz_dtype_size (node->tensor.dtype, node->tensor.n_dims, node->tensor.dims);
}

/* ---- scopes and errors ---- */

void
pz_graph_push (PzGraph *graph, const char *format, ...)
{
  const gsize start = graph->scope->len;
  va_list args;

  g_array_append_val (graph->scope_starts, start);
  va_start (args, format);
  g_string_append_vprintf (graph->scope, format, args);
  va_end (args);
  g_string_append_c (graph->scope, '.');
}

void
pz_graph_pop (PzGraph *graph)
{
  g_return_if_fail (graph->scope_starts->len > 0);

  const guint top = graph->scope_starts->len - 1;
  g_string_truncate (graph->scope, g_array_index (graph->scope_starts, gsize, top));
  g_array_set_size (graph->scope_starts, top);
}

static const char *
current_scope (PzGraph *graph)
{
  const gsize length = graph->scope->len;

  if (length == 0)
    return "";
  g_autofree char *scope = g_strndup (graph->scope->str, length - 1);
  return g_string_chunk_insert_const (graph->names, scope);
}

void
pz_graph_fail (PzGraph *graph, const char *op_name, GError *error)
{
  if (graph->error != NULL)
    {
      g_error_free (error);
      return;
    }
  if (graph->scope->len > 0)
    g_prefix_error (&error, "%s in %s: ", op_name, current_scope (graph));
  else
    g_prefix_error (&error, "%s: ", op_name);
  graph->error = error;
}

gboolean
pz_graph_check (const PzGraph *graph, GError **error)
{
  if (graph->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (graph->error));
  return FALSE;
}

/* ---- nodes ---- */

PzNode *
pz_graph_node_new (PzGraph *graph)
{
  PzNode *node = g_new0 (PzNode, 1);

  node->graph = graph;
  node->scope = current_scope (graph);
  node->tensor.name = node->scope;
  return node;
}

PzNode *
pz_graph_node_keep (PzGraph *graph, PzNode *node)
{
  node->id = graph->nodes->len;
  g_ptr_array_add (graph->nodes, node);
  return node;
}

/* Appends the dtypes and shapes of the sources to the op's error message. */
static void
append_sources (GError *error, const PzNode *node)
{
  GString *text = g_string_new (error->message);

  for (guint i = 0; i < node->op->n_src; i++)
    {
      if (node->src[i] == NULL)
        continue;
      const PzTensor *t = &node->src[i]->tensor;
      g_autofree char *shape = pz_shape_to_text (t->n_dims, t->dims);
      g_string_append_printf (text, ", source %u is %s %s", i, pz_dtypes[t->dtype].name, shape);
    }
  g_free (error->message);
  error->message = g_string_free_and_steal (text);
}

static gboolean
result_is_valid (const PzNode *node, GError **error)
{
  const PzTensor *t = &node->tensor;
  g_autofree char *shape = NULL;

  if (pz_shape_is_valid (t->n_dims, t->dims))
    return TRUE;
  shape = pz_shape_to_text (MIN (t->n_dims, PZ_MAX_DIMS), t->dims);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "expected a result of 1 to 2147483647 elements, found %s", shape);
  return FALSE;
}

PzNode *
pz_graph_append (PzGraph *graph,
                 const PzOpClass *op,
                 PzTensor *const src[],
                 gconstpointer params,
                 gsize params_bytes)
{
  g_return_val_if_fail (op->n_src <= PZ_MAX_SRC, NULL);
  g_return_val_if_fail (params_bytes <= sizeof ((PzNode *) NULL)->params, NULL);

  for (guint i = 0; i < op->n_src; i++)
    {
      if (src[i] == NULL && (op->optional & (1u << i)) == 0)
        return NULL;
      g_return_val_if_fail (src[i] == NULL || ((PzNode *) src[i])->graph == graph, NULL);
    }

  PzNode *node = pz_graph_node_new (graph);
  GError *error = NULL;

  node->op = op;
  for (guint i = 0; i < op->n_src; i++)
    node->src[i] = (PzNode *) src[i];
  if (params_bytes > 0)
    memcpy (node->params.bytes, params, params_bytes);

  if (!op->shape (node, &error) || !result_is_valid (node, &error))
    {
      append_sources (error, node);
      pz_graph_fail (graph, op->name, error);
      node_free (node);
      return NULL;
    }
  if (node->view_of != NULL && node->view_of->view_of != NULL)
    {
      node->view_offset += node->view_of->view_offset;
      node->view_of = node->view_of->view_of;
    }
  return pz_graph_node_keep (graph, node);
}

/* ---- leaves and results ---- */

gboolean
pz_graph_check_leaf (PzGraph *graph,
                     const char *kind,
                     const char *name,
                     guint n_dims,
                     const guint dims[])
{
  if (pz_shape_is_valid (n_dims, dims))
    return TRUE;

  g_autofree char *shape = pz_shape_to_text (MIN (n_dims, PZ_MAX_DIMS), dims);
  pz_graph_fail (
    graph, kind,
    g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "%s: expected 1 to %d dimensions and 1 to 2147483647 elements, found %s", name,
                 PZ_MAX_DIMS, shape));
  return FALSE;
}

static gboolean
claim_door (PzGraph *graph, const char *kind, const char *name)
{
  if (g_hash_table_add (graph->doors, g_string_chunk_insert_const (graph->names, name)))
    return TRUE;
  pz_graph_fail (graph, kind,
                 g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                              "expected a name not yet used, found a second \"%s\"", name));
  return FALSE;
}

PzTensor *
pz_graph_input (PzGraph *graph,
                const char *name,
                PzDtype dtype,
                guint n_dims,
                const guint dims[])
{
  if (!pz_graph_check_leaf (graph, "input", name, n_dims, dims)
      || !claim_door (graph, "input", name))
    return NULL;

  PzNode *node = pz_graph_node_new (graph);
  node->tensor.dtype = dtype;
  node->tensor.n_dims = n_dims;
  memcpy (node->tensor.dims, dims, n_dims * sizeof dims[0]);
  node->tensor.name = g_string_chunk_insert_const (graph->names, name);
  node->is_input = 1;
  return &pz_graph_node_keep (graph, node)->tensor;
}

void
pz_graph_mark_output (PzGraph *graph, PzNode *node, const char *name)
{
  g_assert (node->op != NULL && node->view_of == NULL && !node->is_output);

  if (!claim_door (graph, "output", name))
    return;
  node->is_output = 1;
  node->tensor.name = g_string_chunk_insert_const (graph->names, name);
}

void
pz_graph_bind (PzGraph *graph, PzTensor *leaf_or_output, PzStorage *storage)
{
  PzNode *node = (PzNode *) leaf_or_output;

  if (node == NULL)
    return;
  g_return_if_fail (storage != NULL && node->graph == graph);
  g_return_if_fail (node->is_input || node->is_weight || node->is_output);

  if (pz_storage_get_dtype (storage) != node->tensor.dtype
      || pz_storage_get_n_elements (storage) != pz_node_n_elements (node))
    {
      pz_graph_fail (graph, "bind",
                     g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                                  "%s: expected %" G_GSIZE_FORMAT
                                  " elements of %s, found %" G_GSIZE_FORMAT
                                  " of %s in storage %s",
                                  node->tensor.name, pz_node_n_elements (node),
                                  pz_dtypes[node->tensor.dtype].name,
                                  pz_storage_get_n_elements (storage),
                                  pz_dtypes[pz_storage_get_dtype (storage)].name,
                                  pz_storage_get_name (storage)));
      return;
    }
  pz_storage_ref (storage);
  g_clear_pointer (&node->storage, pz_storage_unref);
  node->storage = storage;
}

PzStorage *
pz_graph_get_bound (const PzTensor *leaf_or_output)
{
  return ((const PzNode *) leaf_or_output)->storage;
}
