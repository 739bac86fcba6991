/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Input of the planner from a graph: which nodes the results need, and the first and last step that each uses its bytes. Steps are
 * node ids.
 */
#pragma once

#include "compute/graph/nodes.h"
#include "compute/graph/plan.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_nodes;
  gboolean *live; /* by node id: a result needs it */
  gint
    *node_item; /* by node id: its item in the plan (a view's: its base's); -1 = not scratch */
  gint *scratch_item; /* by node id: item of the op's private scratch; -1 = none */
  PzPlanItem *items;
  guint n_items;
} PzLifetimes;

/* limits are passed to the ops' scratch_bytes (). (transfer full) */
PzLifetimes *pz_lifetimes_new (const PzGraph *graph, const PzGpuLimits *limits);
void pz_lifetimes_free (PzLifetimes *lifetimes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLifetimes, pz_lifetimes_free)

/* Alignment of every slot: for cache lines of any device, and 128-bit loads. */
#define PZ_SCRATCH_ALIGNMENT 256

G_END_DECLS
