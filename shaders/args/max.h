/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzMaxArgs)
  pz_u64 x; /* F32 [batch, n] */
  pz_u64 y; /* F32 [batch] */
  pz_u32 batch;
  pz_u32 n;
PZ_ARGS_END (PzMaxArgs);
