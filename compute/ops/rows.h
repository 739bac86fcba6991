/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Products of all rows of x with one weight (linear layers and 1x1 convolutions), planar or not.
 */
#pragma once

#include "compute/ops/product.h"

G_BEGIN_DECLS

typedef struct
{
  gsize m;
  gsize m_per_entry; /* rows of one batch entry */
  guint n;
  guint k;
  PzDtype dtype; /* of x, result, and a weight that is not packed */
  gboolean is_packed; /* the weight is PZ_ROWS8 */
  PzProductActs acts;
} PzRows;

/* For PzOpClass.scratch_bytes. */
gsize pz_rows_scratch_bytes (const PzNode *node, const PzGpuLimits *limits, const PzRows *rows);

/* Appends the dispatches that compute node, whose sources are those of product.h. */
void pz_rows_lower (const PzNode *node, PzLowering *lowering, const PzRows *rows);

G_END_DECLS
