/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Softmax over keys, in place. gl_WorkGroupID: x = vector of queries, one per lane.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSoftmaxPlanarArgs)
  pz_u64 scores;     /* f32 [vectors, keys, lanes] */
  pz_f32 scale_log2e; /* scale of the scores times log2 (e), positive */
  pz_u32 keys;       /* a multiple of PZ_PLANAR_CHANNELS */
PZ_ARGS_END (PzSoftmaxPlanarArgs);
