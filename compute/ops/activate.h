/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by unary and affine: act (scale * x + shift), one kernel.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

typedef struct
{
  PzActivation act;
  float scale;
  float shift;
} PzActivateParams;

/* The params of the node must be a PzActivateParams. */
gboolean pz_activate_shape (PzNode *node, GError **error);
void pz_activate_lower (const PzNode *node, PzLowering *lowering);
void pz_activate_cost (const PzNode *node, PzCost *cost);

G_END_DECLS
