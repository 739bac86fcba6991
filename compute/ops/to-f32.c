/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/to-f32.h"

#include "compute/base/dtype.h"
#include "shaders/args/cast.h"
#include "shaders/args/unpack.h"

void
pz_to_f32_lower (const PzNode *node, PzLowering *lowering, guint64 halves, PzRange floats)
{
  const gsize n = floats.bytes / sizeof (float);
  const PzCastArgs args = { .x = halves, .y = floats.address, .n = (guint32) n };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_CAST_F32,
    .reads = { { halves, n * sizeof (guint16) } },
    .n_reads = 1,
    .writes = { floats },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) (n * (sizeof (float) + sizeof (guint16))) },
  };

  dispatch.n_spec = PZ_SPEC_CAST_N;
  dispatch.spec[PZ_SPEC_CAST_SPLITS] = pz_dispatch_chunks (&dispatch, lowering->limits, n);
  if (dispatch.spec[PZ_SPEC_CAST_SPLITS] == 0)
    pz_dispatch_lanes (&dispatch, pz_div_up (n, 4));
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

/* Converts rows of a packed tensor to `dtype`, starting at row `first`: as many as fit in y. */
static void
lower_rows (const PzNode *node,
            PzLowering *lowering,
            const PzNode *packed,
            guint first,
            PzDtype dtype,
            PzRange y)
{
  const gsize n = pz_node_n_elements (packed), row = n / packed->tensor.dims[0];
  const gsize rows = y.bytes / (row * pz_dtypes[dtype].bytes);
  const guint64 bytes = pz_lowering_address (lowering, packed);
  const guint lanes = lowering->limits->subgroup_size;
  const PzUnpackArgs args = {
    .x = bytes + first * row,
    .scales = bytes + n + first * sizeof (float),
    .y = y.address,
    .rows = (guint32) rows,
    .row = (guint32) row,
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (dtype, PZ_KERNEL_UNPACK_F16, PZ_KERNEL_UNPACK_F32),
    .spec = { [PZ_SPEC_LOCAL_X] = lanes },
    .n_spec = PZ_SPEC_LOCAL_X + 1,
    .groups = { (guint) pz_div_up (row, 4 * lanes), (guint) MIN (rows, PZ_FOLD),
                (guint) pz_div_up (rows, PZ_FOLD) },
    .reads = { { args.x, rows * row }, { args.scales, rows * sizeof (float) } },
    .n_reads = 2,
    .writes = { y },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) (rows * row + y.bytes) },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

void
pz_rows_to_f32_lower (const PzNode *node,
                      PzLowering *lowering,
                      const PzNode *packed,
                      guint first,
                      PzRange floats)
{
  lower_rows (node, lowering, packed, first, PZ_F32, floats);
}

void
pz_unpack_lower (const PzNode *node, PzLowering *lowering)
{
  lower_rows (node, lowering, node->src[0], 0, node->tensor.dtype,
              (PzRange) { pz_lowering_address (lowering, node), pz_node_bytes (node) });
}
