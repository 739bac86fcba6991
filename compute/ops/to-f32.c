/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/to-f32.h"

#include "shaders/args/cast.h"

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
