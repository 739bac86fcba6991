/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/dtype.h"
#include "compute/base/shape.h"
#include "compute/graph/nodes.h"

static const char *
kind_of (const PzNode *node)
{
  if (node->is_input)
    return "input";
  return node->is_weight ? "weight" : node->op->name;
}

char *
pz_graph_to_text (const PzGraph *graph)
{
  GString *text = g_string_new (NULL);

  for (guint id = 0; id < pz_graph_get_n_nodes (graph); id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);
      g_autofree char *shape = pz_shape_to_text (node->tensor.n_dims, node->tensor.dims);

      g_string_append_printf (text, "%4u %-16s %s %s %s", id, kind_of (node),
                              pz_dtypes[node->tensor.dtype].name, shape, node->tensor.name);
      for (guint i = 0; i < PZ_MAX_SRC; i++)
        if (node->src[i] != NULL)
          g_string_append_printf (text, " %%%u", node->src[i]->id);
      g_string_append (text, node->is_output ? " -> result\n" : "\n");
    }
  return g_string_free_and_steal (text);
}

char *
pz_graph_to_dot (const PzGraph *graph)
{
  GString *text = g_string_new ("digraph personalize {\n  node [shape=box, fontsize=10];\n");

  for (guint id = 0; id < pz_graph_get_n_nodes (graph); id++)
    {
      const PzNode *node = pz_graph_get_node (graph, id);
      g_autofree char *shape = pz_shape_to_text (node->tensor.n_dims, node->tensor.dims);
      g_autofree char *name = g_strescape (node->tensor.name, NULL);

      g_string_append_printf (text, "  n%u [label=\"%s\\n%s\\n%s %s\"%s];\n", id,
                              kind_of (node), name, pz_dtypes[node->tensor.dtype].name, shape,
                              node->is_weight ? ", style=dashed" : "");
      for (guint i = 0; i < PZ_MAX_SRC; i++)
        if (node->src[i] != NULL)
          g_string_append_printf (text, "  n%u -> n%u;\n", node->src[i]->id, id);
    }
  g_string_append (text, "}\n");
  return g_string_free_and_steal (text);
}
