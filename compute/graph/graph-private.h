/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The definition of PzGraph, for the files of compute/graph.
 */
#pragma once

#include "compute/graph/nodes.h"

G_BEGIN_DECLS

typedef struct
{
  PzNode *node;
  PzWeightLayout layout;
  guint n_dims;
  guint file_dims[PZ_MAX_DIMS];
} PzGraphWeight;

typedef struct
{
  PzTensor *tensor; /* of the activation dtype */
  gboolean is_used;
} PzGraphOverride;

struct _PzGraph
{
  PzDtype activation;
  gboolean packs_weights;
  GPtrArray *nodes; /* of PzNode, owned */
  GArray *weights; /* of PzGraphWeight, in order of request */
  GHashTable *weight_index; /* scoped name -> index in weights */
  GHashTable *overrides; /* scoped name -> PzGraphOverride, owned */
  GHashTable *doors; /* names of inputs and results */
  GStringChunk *names;
  GString *scope; /* ends with a dot, or is empty */
  GArray *scope_starts; /* of gsize: length of the scope before each push */
  GError *error;
};

/* new creates a node that is not in the graph yet; keep appends it, with the next id. */
PzNode *pz_graph_node_new (PzGraph *graph);
PzNode *pz_graph_node_keep (PzGraph *graph, PzNode *node);

/* FALSE, with the error recorded in the graph, if the shape is invalid. */
gboolean pz_graph_check_leaf (PzGraph *graph,
                              const char *kind,
                              const char *name,
                              guint n_dims,
                              const guint dims[]);

G_END_DECLS
