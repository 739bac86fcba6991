/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/graph/nodes.h"

#include "compute/base/dtype.h"
#include "compute/base/shape.h"

#include <string.h>

typedef struct
{
  PzNode *node;
  PzWeightLayout layout;
  guint n_dims;
  guint file_dims[PZ_MAX_DIMS];
} Weight;

struct _PzGraph
{
  PzDtype activation;
  GPtrArray *nodes; /* of PzNode, owned */
  GArray *weights; /* of Weight, in order of asking */
  GHashTable *weight_index;
  GHashTable *doors; /* names of inputs and results */
  GStringChunk *names;
  GString *scope; /* with a final dot, or empty */
  GArray *scope_starts; /* of gsize: length of the scope before each push */
  GError *error;
};

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
  graph->weights = g_array_new (FALSE, TRUE, sizeof (Weight));
  graph->weight_index = g_hash_table_new (g_str_hash, g_str_equal);
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
  return pz_node_n_elements (node) * pz_dtypes[node->tensor.dtype].bytes;
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

static PzNode *
node_new (PzGraph *graph)
{
  PzNode *node = g_new0 (PzNode, 1);

  node->graph = graph;
  node->scope = current_scope (graph);
  node->tensor.name = node->scope;
  return node;
}

static PzNode *
node_keep (PzGraph *graph, PzNode *node)
{
  node->id = graph->nodes->len;
  g_ptr_array_add (graph->nodes, node);
  return node;
}

/* Adds the shapes found to the rule an op said was broken. */
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

  PzNode *node = node_new (graph);
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
    node->view_of = node->view_of->view_of;
  return node_keep (graph, node);
}

/* ---- leaves and results ---- */

static gboolean
check_leaf (PzGraph *graph,
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
  if (!check_leaf (graph, "input", name, n_dims, dims) || !claim_door (graph, "input", name))
    return NULL;

  PzNode *node = node_new (graph);
  node->tensor.dtype = dtype;
  node->tensor.n_dims = n_dims;
  memcpy (node->tensor.dims, dims, n_dims * sizeof dims[0]);
  node->tensor.name = g_string_chunk_insert_const (graph->names, name);
  node->is_input = 1;
  return &node_keep (graph, node)->tensor;
}

static PzTensor *
weight_again (PzGraph *graph,
              const Weight *weight,
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

PzTensor *
pz_graph_weight (PzGraph *graph,
                 PzWeightLayout layout,
                 const char *name,
                 guint n_dims,
                 const guint file_dims[])
{
  g_autofree char *scoped = g_strconcat (graph->scope->str, name, NULL);
  gpointer found = NULL;

  if (g_hash_table_lookup_extended (graph->weight_index, scoped, NULL, &found))
    return weight_again (graph,
                         &g_array_index (graph->weights, Weight, GPOINTER_TO_UINT (found)),
                         layout, n_dims, file_dims);
  if (!check_leaf (graph, "weight", scoped, n_dims, file_dims))
    return NULL;
  if (layout == PZ_WEIGHT_CONV && n_dims != 4)
    {
      pz_graph_fail (graph, "weight",
                     g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                                  "%s: expected 4 dimensions of a convolution, found %u",
                                  scoped, n_dims));
      return NULL;
    }

  /* Where each of the tensor's dimensions is in the file. */
  static const guint order[][PZ_MAX_DIMS] = {
    [PZ_WEIGHT_PLAIN] = { 0, 1, 2, 3, 4 },
    [PZ_WEIGHT_CONV] = { 0, 2, 3, 1 },
  };
  PzNode *node = node_new (graph);
  Weight weight = { .node = node, .layout = layout, .n_dims = n_dims };

  node->tensor.dtype = graph->activation;
  node->tensor.n_dims = n_dims;
  for (guint i = 0; i < n_dims; i++)
    {
      weight.file_dims[i] = file_dims[i];
      node->tensor.dims[i] = file_dims[order[layout][i]];
    }
  node->tensor.name = g_string_chunk_insert_const (graph->names, scoped);
  node->is_weight = 1;
  g_hash_table_insert (graph->weight_index, (gpointer) node->tensor.name,
                       GUINT_TO_POINTER (graph->weights->len));
  g_array_append_val (graph->weights, weight);
  return &node_keep (graph, node)->tensor;
}

guint
pz_graph_get_n_weights (const PzGraph *graph)
{
  return graph->weights->len;
}

static const Weight *
weight_at (const PzGraph *graph, guint index)
{
  g_assert (index < graph->weights->len);
  return &g_array_index (graph->weights, Weight, index);
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
