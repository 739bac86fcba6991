/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Products whose k is split over workgroups, because their rows and columns alone would leave most of a GPU idle.
 */
#include "compute/ops/product.h"
#include "shaders/args/product_sum.h"

guint
pz_product_splits (const PzNode *node, const PzGpuLimits *limits, const PzProductShape *shape)
{
  if (shape->whole || node->tensor.dtype != PZ_F16)
    return 1;
  if (pz_product_is_coop (node, limits, shape->m_per_entry, shape->n, shape->k))
    return pz_tuning_coop_splits (limits, shape->m_per_entry, shape->n, shape->k);
  if (pz_tuning_use_blocked (limits, shape->m_per_entry, shape->n))
    return pz_tuning_blocked_splits (limits, shape->m_per_entry, shape->n, shape->k);
  return 1;
}

gsize
pz_product_scratch_bytes (const PzNode *node,
                          const PzGpuLimits *limits,
                          const PzProductShape *shape)
{
  const guint splits = pz_product_splits (node, limits, shape);

  return splits > 1 ? splits * shape->m * shape->n * sizeof (float) : 0;
}

guint64
pz_product_target (const PzNode *node, const PzLowering *lowering, const PzProductShape *shape)
{
  return pz_product_splits (node, lowering->limits, shape) > 1
           ? lowering->scratch_address
           : pz_lowering_address (lowering, node);
}

static void
add_sum (const PzNode *node,
         PzLowering *lowering,
         const PzProductShape *shape,
         const PzRange *parts)
{
  const guint quads = (guint) pz_div_up (shape->n, 4);
  const PzDivisor by_quads = pz_divisor (quads);
  const PzProductSumArgs args = {
    .parts = parts->address,
    .w = pz_product_address (node, lowering, PZ_PRODUCT_W),
    .y = pz_lowering_address (lowering, node),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) shape->m,
    .n = shape->n,
    .rows_per_batch = (guint32) shape->m_per_entry,
    .k = shape->k,
    .splits = pz_product_splits (node, lowering->limits, shape),
    .quads = quads,
    .quads_multiplier = by_quads.multiplier,
    .quads_shift = by_quads.shift,
  };
  PzDispatch dispatch = {
    .kernel = pz_product_is_packed (node) ? PZ_KERNEL_PRODUCT_SUM_W8 : PZ_KERNEL_PRODUCT_SUM,
    .reads = { *parts,
               { pz_product_address (node, lowering, PZ_PRODUCT_W),
                 pz_node_bytes (node->src[PZ_PRODUCT_W]) } },
    .n_reads = 2,
    .cost = { .bytes = (gdouble) parts->bytes },
  };

  pz_dispatch_lanes (&dispatch, shape->m * quads);
  dispatch.spec[PZ_SPEC_PRODUCT_SUM_ACT] = shape->acts.act;
  dispatch.spec[PZ_SPEC_PRODUCT_SUM_ACT_OUT] = shape->acts.act_out;
  dispatch.n_spec = PZ_SPEC_PRODUCT_SUM_N;
  pz_product_add_ranges (node, lowering, 0, pz_node_bytes (node), &dispatch);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

void
pz_product_add (const PzNode *node,
                PzLowering *lowering,
                const PzProductShape *shape,
                PzDispatch *dispatch)
{
  const PzRange parts = { lowering->scratch_address,
                          pz_product_scratch_bytes (node, lowering->limits, shape) };

  if (parts.bytes > 0)
    {
      for (guint src = PZ_PRODUCT_X; src <= PZ_PRODUCT_W; src++)
        dispatch->reads[dispatch->n_reads++] =
          (PzRange) { pz_product_address (node, lowering, src),
                      pz_node_bytes (node->src[src]) };
      dispatch->writes[dispatch->n_writes++] = parts;
    }
  pz_lowering_add (lowering, node, dispatch);
  if (parts.bytes > 0)
    add_sum (node, lowering, shape, &parts);
}
