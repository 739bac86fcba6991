/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/move.h"

#include "compute/base/dtype.h"
#include "shaders/args/copy.h"

void
pz_move_cost (const PzNode *node, PzCost *cost)
{
  cost->flops = 0;
  cost->bytes = 2 * (gdouble) pz_node_bytes (node);
}

void
pz_move_lower (const PzNode *node, PzLowering *lowering, const PzMoveRows *rows)
{
  const guint bytes = pz_dtypes[node->tensor.dtype].bytes;
  const gsize all = rows->a_stride | rows->a_start | rows->a_length | rows->b_length;
  const guint by = all % 4 == 0 ? 4 : 1;
  const guint kernels[2][2] = {
    { PZ_KERNEL_COPY_2, PZ_KERNEL_COPY_8 },
    { PZ_KERNEL_COPY_4, PZ_KERNEL_COPY_16 },
  };
  const PzDivisor row = pz_divisor ((guint32) ((rows->a_length + rows->b_length) / by));
  const PzCopyArgs args = {
    .a = pz_lowering_address (lowering, node->src[0]),
    .b = pz_lowering_address (lowering, node->src[1]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) (pz_node_n_elements (node) / by),
    .a_stride = (guint32) (rows->a_stride / by),
    .a_start = (guint32) (rows->a_start / by),
    .a_length = (guint32) (rows->a_length / by),
    .b_length = (guint32) (rows->b_length / by),
    .row_multiplier = row.multiplier,
    .row_shift = row.shift,
  };
  PzDispatch dispatch = { .kernel = kernels[bytes == 4][by == 4] };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  pz_move_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}
