/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pools of pictures [B, H, W, C] from ops that exist: a maximum is a + relu (b - a).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* The largest of each 2x2; what is left over at the end of an odd side is a place of its own. */
PzTensor *pz_pool_max_2 (PzGraph *graph, PzTensor *x);
/* The largest of each 2x2, one pixel on each time; as many as there were. */
PzTensor *pz_pool_max_2_dense (PzGraph *graph, PzTensor *x);
/* The largest of each 3x3 that is whole, two pixels on each time. */
PzTensor *pz_pool_max_3 (PzGraph *graph, PzTensor *x);
/* The mean of each 2x2 that is whole. */
PzTensor *pz_pool_mean_2 (PzGraph *graph, PzTensor *x);

G_END_DECLS
