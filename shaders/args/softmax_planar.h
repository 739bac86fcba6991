/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scores become probabilities in place. The lanes of a workgroup are the queries of a vector, group x
 * is the vector.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSoftmaxPlanarArgs)
  pz_u64 scores;     /* f32 [vectors, keys, lanes] */
  pz_f32 scale_log2e; /* of the scores, with log2 (e); above 0 */
  pz_u32 keys;       /* a multiple of PZ_PLANAR_CHANNELS */
PZ_ARGS_END (PzSoftmaxPlanarArgs);
