/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by add, mul and broadcast: one kernel, one broadcasting rule.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* For add and mul: the dimensions of src[1], aligned to the last one of src[0], each equal that of src[0] or are 1; both have
 * one dtype. */
gboolean pz_binary_shape (PzNode *node, GError **error);

/* a is NULL if `what` is PZ_BINARY_SECOND; what: PZ_BINARY_* of shaders/args/spec.h. */
void pz_binary_lower (const PzNode *node,
                      PzLowering *lowering,
                      const PzNode *a,
                      const PzNode *b,
                      guint what);

void pz_binary_cost (const PzNode *node, PzCost *cost);

/* The gradient of a broadcast source: the sum over the repeated elements, in F32; `gradient` itself if nothing was repeated. */
PzTensor *pz_binary_sum_to (PzGraph *graph, PzTensor *gradient, const PzTensor *like);

G_END_DECLS
