/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pooling of pictures [B, H, W, C], built from existing ops: a maximum is a + relu (b - a).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* 2x2 max pooling, stride 2. If a side is odd, its last row or column is pooled on its own, so sizes are rounded up. */
PzTensor *pz_pool_max_2 (PzGraph *graph, PzTensor *x);
/* 2x2 max pooling, stride 1, padded by repeating the last row and column: the size stays the same. */
PzTensor *pz_pool_max_2_dense (PzGraph *graph, PzTensor *x);
/* 3x3 max pooling, stride 2, complete windows only. */
PzTensor *pz_pool_max_3 (PzGraph *graph, PzTensor *x);
/* 2x2 mean pooling, stride 2, complete windows only. */
PzTensor *pz_pool_mean_2 (PzGraph *graph, PzTensor *x);

G_END_DECLS
