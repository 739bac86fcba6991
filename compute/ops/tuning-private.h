/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by the tables of tuning.c and tuning-attention.c.
 */
#pragma once

#include "compute/ops/tuning.h"

/* Subgroups up to this size are vector registers of a CPU, where the number of loads per sum determines the speed. Larger ones
 * belong to a GPU, parts of which idle if a lane has too many sums. */
#define NARROW_SUBGROUP 16

/* A dimension smaller than half a matrix would be mostly padding. */
#define COOP_WORTH(size, coop) ((size) * 2 >= (coop))

static inline gboolean
pz_tuning_may_use (const PzGpuLimits *limits, PzProductForm form)
{
  return (limits->avoided_forms & (guint) form) == 0;
}
