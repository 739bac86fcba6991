/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Winograd weight transform (G g G^T) of every 3x3 kernel. gl_WorkGroupID: y = column of the product. A lane has four channels.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzWinogradWeightArgs)
  pz_u64 w; /* [n, 3, 3, channels] */
  pz_u64 scales; /* f32 [n], scales of a packed weight */
  pz_u64 y; /* f32 [points, n, channels] */
  pz_u32 n;
  pz_u32 channels;
PZ_ARGS_END (PzWinogradWeightArgs);
