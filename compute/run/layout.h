/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The memory of every node of a graph: storages for leaves and results, planned scratch for the rest.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/graph/lifetimes.h"
#include "compute/gpu/scratch.h"

G_BEGIN_DECLS

typedef struct
{
  PzLifetimes *lifetimes;
  PzPlan *plan;
  GPtrArray *storages; /* of PzStorage, one reference each; bound or allocated by the layout */
  GHashTable *named; /* name of input or result -> PzStorage (owned by storages) */
  PzScratch **chunks; /* [plan->n_chunks] */
  guint64 *chunk_address;
  guint64 *node_address; /* by node id; 0 = none */
} PzLayout;

/* Allocates storages for unbound inputs and results. Fails with the graph's error, BAD_INPUT (an unbound weight, or a result
 * that overwrites a storage before its last reader), or GPU_MEMORY with the total bytes needed. */
PzLayout *pz_layout_new (PzGpu *gpu, const PzGraph *graph, GError **error);
/* Does not release the chunks if the caller has taken them (chunks is NULL). */
void pz_layout_free (PzLayout *layout, PzGpu *gpu);

/* Address of a node's private scratch; 0 = none. */
guint64 pz_layout_scratch_address (const PzLayout *layout, guint node_id);

G_END_DECLS
