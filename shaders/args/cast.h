/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzCastArgs)
  pz_u64 x; /* [n] of the other dtype */
  pz_u64 y; /* [n] */
  pz_u32 n;
PZ_ARGS_END (PzCastArgs);
