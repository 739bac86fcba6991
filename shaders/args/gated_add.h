/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * y = residual + gate / gate_max * strength * x, with one gate per head and query; y = residual where gate_max is not positive.
 * Without a gate y = residual + strength * x.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzGatedAddArgs)
  pz_u64 x;        /* [batch, queries, width], width = heads * head_dim */
  pz_u64 gate;     /* F32 [batch, heads, queries], 0 = none */
  pz_u64 gate_max; /* F32 [batch] */
  pz_u64 strength; /* F32 [batch] */
  pz_u64 residual; /* as x, 0 = none */
  pz_u64 y;        /* as x, may be x or residual */
  pz_u32 rows; /* batch * queries */
  pz_u32 queries;
  pz_u32 queries_multiplier;
  pz_u32 queries_shift;
  pz_u32 heads;
  pz_u32 width;
  pz_u32 head_dim_multiplier;
  pz_u32 head_dim_shift;
  pz_u32 quads; /* per row; the last one may be partial */
  pz_u32 quads_multiplier;
  pz_u32 quads_shift;
PZ_ARGS_END (PzGatedAddArgs);
