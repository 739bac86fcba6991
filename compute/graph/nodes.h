/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the rest of compute/ may read of a graph. Private to compute/.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* Nodes in order of making: sources come first, so ids are a valid order of execution. */
guint pz_graph_get_n_nodes (const PzGraph *graph);
PzNode *pz_graph_get_node (const PzGraph *graph, guint id);

/* Records the first error of the graph; takes the error. For constructors whose refusal cannot
 * be said by a shape rule. */
void pz_graph_fail (PzGraph *graph, const char *op_name, GError *error);

/* Makes an op's own result a result of the graph: no leaf, no view, not yet a result. */
void pz_graph_mark_output (PzGraph *graph, PzNode *node, const char *name);

/* The node whose bytes these are: itself, or what it is a view of. */
static inline const PzNode *
pz_node_base (const PzNode *node)
{
  return node->view_of != NULL ? node->view_of : node;
}

/* TRUE when its bytes are planned scratch: made by an op, no view, no result. */
static inline gboolean
pz_node_in_scratch (const PzNode *node)
{
  return node->op != NULL && node->view_of == NULL && !node->is_output;
}

G_END_DECLS
