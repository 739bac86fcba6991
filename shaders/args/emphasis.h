/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzEmphasisArgs)
  pz_u64 x;      /* [batch, tokens, width] */
  pz_u64 weight; /* F32 [batch, tokens] */
  pz_u64 y;      /* as x, may be x */
  pz_u32 batch;
  pz_u32 tokens;
  pz_u32 width;
PZ_ARGS_END (PzEmphasisArgs);
