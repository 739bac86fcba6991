/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Access to the nodes of a graph, for the rest of compute/. Private to compute/.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* Nodes in order of creation. Sources come first, so ascending ids are a valid order of execution. */
guint pz_graph_get_n_nodes (const PzGraph *graph);
PzNode *pz_graph_get_node (const PzGraph *graph, guint id);

/* Records an error if it is the graph's first; takes ownership of it. For errors that a shape rule cannot detect. */
void pz_graph_fail (PzGraph *graph, const char *op_name, GError *error);

/* Makes an op's result a result of the graph. Not for leaves, views or results. */
void pz_graph_mark_output (PzGraph *graph, PzNode *node, const char *name);

/* The node that owns the bytes: the node itself, or the node that it is a view of. */
static inline const PzNode *
pz_node_base (const PzNode *node)
{
  return node->view_of != NULL ? node->view_of : node;
}

/* TRUE if the node has an op that is lowered to dispatches. */
static inline gboolean
pz_node_runs (const PzNode *node)
{
  return node->op != NULL && node->op->lower != NULL && node->view_of == NULL;
}

/* TRUE if its bytes are in planned scratch: computed by an op, neither a view nor a result. */
static inline gboolean
pz_node_in_scratch (const PzNode *node)
{
  return node->op != NULL && node->view_of == NULL && !node->is_output;
}

G_END_DECLS
