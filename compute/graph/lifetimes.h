/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes the planner's input from a graph: which nodes the results need, and the first and last step that uses the bytes of
 * each. Steps are node ids.
 */
#pragma once

#include "compute/graph/nodes.h"
#include "compute/graph/plan.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_nodes;
  gboolean *live; /* by node id: a result depends on it */
  gint
    *node_item; /* by node id: its item (for a view, that of its base); -1 = not in scratch */
  gint *scratch_item; /* by node id: item of the op's private scratch; -1 = none */
  PzPlanItem *items;
  guint n_items;
} PzLifetimes;

/* Passes `limits` to the ops' scratch_bytes (). (transfer full) */
PzLifetimes *pz_lifetimes_new (const PzGraph *graph, const PzGpuLimits *limits);
void pz_lifetimes_free (PzLifetimes *lifetimes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLifetimes, pz_lifetimes_free)

/* Alignment of every slot, in bytes: enough for cache lines of any device, and for 128-bit loads. */
#define PZ_SCRATCH_ALIGNMENT 256

G_END_DECLS
