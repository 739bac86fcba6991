/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by sum and mean: sums over adjacent axes.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* x = node->src[0]. */
typedef struct
{
  guint axis;
  guint n_axes;
  float divisor; /* the sum is divided by it */
} PzSumAxes;

/* Sets the node's dims: those of x without the axes, or [1] if none is left. FALSE with the error set. */
gboolean pz_sum_axes_shape (PzNode *node, const PzSumAxes *sum, GError **error);

gsize pz_sum_axes_scratch_bytes (const PzNode *node, const PzSumAxes *sum);
void pz_sum_axes_lower (const PzNode *node, PzLowering *lowering, const PzSumAxes *sum);

/* The gradient of x: the gradient of the result, repeated along the summed axes. */
PzTensor *pz_sum_axes_spread (PzGraph *graph,
                              PzTensor *d_out,
                              const PzTensor *x,
                              guint axis,
                              guint n_axes);

G_END_DECLS
