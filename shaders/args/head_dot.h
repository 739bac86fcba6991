/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzHeadDotArgs)
  pz_u64 a; /* [batch, queries, heads, head_dim] */
  pz_u64 b; /* as a */
  pz_u64 y; /* F32 [batch, heads, queries]: sums over head_dim of a b */
  pz_u32 n; /* elements of y */
  pz_u32 queries;
  pz_u32 queries_multiplier;
  pz_u32 queries_shift;
  pz_u32 heads;
  pz_u32 heads_multiplier;
  pz_u32 heads_shift;
  pz_u32 head_dim;
PZ_ARGS_END (PzHeadDotArgs);
