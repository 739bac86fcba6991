/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/to-planar.h"

void
pz_to_planar_lower (const PzNode *node, PzLowering *lowering, const PzToPlanar *copy)
{
  const guint channels = copy->args.channels;
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (copy->dtype, PZ_KERNEL_TO_PLANAR_F16, PZ_KERNEL_TO_PLANAR_F32),
    .subgroup_size = copy->lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = copy->lanes,
              [PZ_SPEC_TO_PLANAR_EDGE] = channels % PZ_PLANAR_CHANNELS != 0,
              [PZ_SPEC_TO_PLANAR_SPLITS] = lowering->limits->splits_loads,
              [PZ_SPEC_TO_PLANAR_STRIDE] = MAX (copy->stride, 1),
              [PZ_SPEC_TO_PLANAR_FOLD_WIDTH] = copy->fold_width },
    .n_spec = PZ_SPEC_TO_PLANAR_N,
    .groups = { copy->lines, (guint) pz_div_up (channels, PZ_PLANAR_CHANNELS),
                MAX (copy->pictures, 1) },
    .reads = { copy->x },
    .n_reads = 1,
    .writes = { copy->planar },
    .n_writes = 1,
    .cost = { .bytes = copy->bytes },
  };

  pz_dispatch_args (&dispatch, &copy->args);
  pz_lowering_add (lowering, node, &dispatch);
}
