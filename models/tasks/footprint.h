/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Estimates how much device memory graphs will need together as programs, before any is allocated: weights, counted once for
 * all graphs that share them; state that is kept between replays; and scratch, which programs share if it is large enough.
 * Thread: any.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* All members except the first two are private. Initialise with zero, except limits. */
typedef struct
{
  const PzGpuLimits *limits; /* of the device; they determine kernels and their scratch */
  guint64 bytes; /* running total */
  guint64 largest_scratch;
  GHashTable *weights; /* names already counted */
} PzFootprint;

void pz_footprint_clear (PzFootprint *footprint);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzFootprint, pz_footprint_clear)

/* Add graphs in the order in which they will become programs. Fails with the graph's own error. */
gboolean pz_footprint_add (PzFootprint *footprint, const PzGraph *graph, GError **error);
/* Adds a tensor that is kept between replays. */
void pz_footprint_add_state (PzFootprint *footprint,
                             PzDtype dtype,
                             guint n_dims,
                             const guint dims[]);

G_END_DECLS
