/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/rows.h"

#include "compute/ops/sheet.h"

gsize
pz_rows_scratch_bytes (const PzGpuLimits *limits, const PzRows *rows)
{
  const PzSheetProduct sheet = pz_sheet_of_rows (limits, rows);

  return pz_sheet_scratch_bytes (limits, &sheet);
}

void
pz_rows_lower (const PzNode *node, PzLowering *lowering, const PzRows *rows)
{
  const PzSheetProduct sheet = pz_sheet_of_rows (lowering->limits, rows);

  if (pz_sheet_takes (node, lowering, &sheet))
    pz_sheet_lower (node, lowering, &sheet);
  else
    pz_product_lower (node, lowering,
                      &(PzProduct) {
                        .x = node->src[PZ_PRODUCT_X],
                        .w = node->src[PZ_PRODUCT_W],
                        .m = rows->m,
                        .m_alone = rows->m_alone,
                        .n = rows->n,
                        .k = rows->k,
                        .x_row = rows->k,
                        .w_row = rows->k,
                        .acts = rows->acts,
                      });
}
