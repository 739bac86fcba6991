/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much device memory graphs will hold together once they are programs, before there is any: weights once for all that
 * share them, what lies between replays, and scratch, which programs share where it fits.
 * Thread: any.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Fields but the first two are private. Starts zeroed but for limits. */
typedef struct
{
  const PzGpuLimits
    *limits; /* of the device: kernels, and so their scratch, are chosen by them */
  guint64 bytes; /* the sum so far */
  guint64 largest_scratch;
  GHashTable *weights; /* names that were counted */
} PzFootprint;

void pz_footprint_clear (PzFootprint *footprint);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzFootprint, pz_footprint_clear)

/* Graphs in the order in which they become programs. Fails with the graph's own error. */
gboolean pz_footprint_add (PzFootprint *footprint, const PzGraph *graph, GError **error);
/* A tensor that lies between replays. */
void pz_footprint_add_state (PzFootprint *footprint,
                             PzDtype dtype,
                             guint n_dims,
                             const guint dims[]);

G_END_DECLS
