// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Adds a second attention branch, with a gate (ELITE) or with the strength only (IP-Adapter); four columns per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/gated_add.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;
// 1: all four elements of a quad belong to one head.
layout (constant_id = PZ_SPEC_GATED_ADD_WHOLE) const uint WHOLE = 0;

float
factor_of (uint column, uint batch, uint query)
{
  if (args.gate == 0)
    return load1_f32 (args.strength, batch);

  const float largest = load1_f32 (args.gate_max, batch);
  const uint head = pz_divide (column, args.head_dim_multiplier, args.head_dim_shift);
  const float gate = load1_f32 (args.gate, (batch * args.heads + head) * args.queries + query);

  // All probabilities in the gate's column may underflow to 0. Then the local branch is omitted, to avoid 0 / 0.
  return largest > 0.0 ? gate / largest * load1_f32 (args.strength, batch) : 0.0;
}

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = pz_divide (lane, args.quads_multiplier, args.quads_shift);

  if (row >= args.rows)
    return;

  const uint batch = pz_divide (row, args.queries_multiplier, args.queries_shift);
  const uint query = row - batch * args.queries;
  const uint column = (lane - row * args.quads) * 4;
  const uint count = args.width - column;
  const uint at = row * args.width + column;
  vec4 factor = vec4 (factor_of (column, batch, query));
  vec4 residual = vec4 (0.0);

  if (WHOLE == 0)
    [[unroll]] for (uint i = 1; i < 4; i++)
      factor[i] = factor_of (min (column + i, args.width - 1), batch, query);
  if (PACKED != 0)
    {
      if (args.residual != 0)
        residual = load4 (args.residual, at);
      store4 (args.y, at, load4 (args.x, at) * factor + residual);
    }
  else
    {
      if (args.residual != 0)
        residual = load4_edge (args.residual, at, count);
      store4_edge (args.y, at, count, load4_edge (args.x, at, count) * factor + residual);
    }
}
