/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/rows.h"

#include "compute/ops/planar-product.h"

static PzProduct
product_of (const PzNode *node, const PzRows *rows)
{
  return (PzProduct) {
    .x = node->src[PZ_PRODUCT_X],
    .w = node->src[PZ_PRODUCT_W],
    .m = rows->m,
    .m_per_entry = rows->m_per_entry,
    .n = rows->n,
    .k = rows->k,
    .x_row = rows->k,
    .w_row = rows->k,
    .acts = rows->acts,
  };
}

gsize
pz_rows_scratch_bytes (const PzNode *node, const PzGpuLimits *limits, const PzRows *rows)
{
  const PzPlanarProduct planar = pz_planar_product_of_rows (limits, rows);
  const PzProduct product = product_of (node, rows);
  const PzProductShape shape = pz_product_shape (&product);

  return MAX (pz_planar_product_scratch_bytes (limits, &planar),
              pz_product_scratch_bytes (node, limits, &shape));
}

void
pz_rows_lower (const PzNode *node, PzLowering *lowering, const PzRows *rows)
{
  const PzPlanarProduct planar = pz_planar_product_of_rows (lowering->limits, rows);

  if (pz_planar_product_applies (node, lowering, &planar))
    pz_planar_product_lower (node, lowering, &planar);
  else
    {
      const PzProduct product = product_of (node, rows);

      pz_product_lower (node, lowering, &product);
    }
}
