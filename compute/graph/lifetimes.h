/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a graph to what the planner asks: which nodes are needed for the results, and from when to
 * when each must keep its bytes. Steps are node ids.
 */
#pragma once

#include "compute/graph/nodes.h"
#include "compute/graph/plan.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_nodes;
  gboolean *live; /* by node id: some result needs it */
  gint
    *node_item; /* by node id: its item in the plan (a view's: its base's); -1 = not scratch */
  gint *scratch_item; /* by node id: item of the op's private scratch; -1 = none */
  PzPlanItem *items;
  guint n_items;
} PzLifetimes;

/* limits are handed to the ops' scratch_bytes (). (transfer full) */
PzLifetimes *pz_lifetimes_new (const PzGraph *graph, const PzGpuLimits *limits);
void pz_lifetimes_free (PzLifetimes *lifetimes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLifetimes, pz_lifetimes_free)

/* What every slot is aligned to: cache lines of every device, and 128-bit loads. */
#define PZ_SCRATCH_ALIGNMENT 256

G_END_DECLS
