/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by mean_square and its gradient.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

enum
{
  PZ_MEAN_SQUARE_X,
  PZ_MEAN_SQUARE_TARGET,
  PZ_MEAN_SQUARE_WEIGHT,
  PZ_MEAN_SQUARE_N_SRC,
  PZ_MEAN_SQUARE_D_OUT = PZ_MEAN_SQUARE_N_SRC, /* of the gradient op only */
  PZ_MEAN_SQUARE_GRADIENT_N_SRC,
};

/* Checks the sources that both ops have. */
gboolean pz_mean_square_check (const PzNode *node, GError **error);
void pz_mean_square_cost (const PzNode *node, PzCost *cost);
void pz_mean_square_lower (const PzNode *node, PzLowering *lowering, guint kernel);

/* The gradient of x, from d_out F32 [B] of pz_mean_square (x, target, weight). */
PzTensor *pz_mean_square_gradient (PzGraph *graph,
                                   PzTensor *x,
                                   PzTensor *target,
                                   PzTensor *weight,
                                   PzTensor *d_out);

G_END_DECLS
