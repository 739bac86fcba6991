// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Four values and their gates per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/geglu_gradient.h"
#include "shaders/lib/slope.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

vec4
load (uint64_t address, uint at, uint count)
{
  return PACKED != 0 ? load4 (address, at) : load4_edge (address, at, count);
}

void
store (uint at, uint count, vec4 value)
{
  if (PACKED != 0)
    store4 (args.y, at, value);
  else
    store4_edge (args.y, at, count, value);
}

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = pz_divide (lane, args.quads_multiplier, args.quads_shift);

  if (row >= args.rows)
    return;

  const uint column = (lane - row * args.quads) * 4;
  const uint count = args.width - column;
  const uint value_at = row * 2 * args.width + column;
  const uint gate_at = value_at + args.width;
  const vec4 value = load (args.x, value_at, count);
  const vec4 gate = load (args.x, gate_at, count);
  const vec4 d_out = load (args.d_out, row * args.width + column, count);

  store (value_at, count, d_out * pz_activate4 (gate, PZ_ACT_GELU));
  store (gate_at, count, d_out * value * pz_slope4 (gate, PZ_ACT_GELU));
}
