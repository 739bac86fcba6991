// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One of the three parts of an AdamW step, four elements per lane. `precise` preserves PyTorch's order of operations, each
// rounded separately, on every device.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/adamw.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_ADAMW_OF) const uint OF = PZ_ADAMW_OF_MEAN;

vec4
load (uint64_t address, uint i, uint count)
{
  return count >= 4 ? load4_f32 (address, i) : load4_edge_f32 (address, i, count);
}

vec4
update (vec4 state, vec4 a, vec4 square)
{
  const vec4 first = load4_f32 (args.knobs, 0); // decay, 1 - beta 1, beta 2, 1 - beta 2
  const vec4 second = load4_f32 (args.knobs, 4); // correction, epsilon, step, gradient

  if (OF == PZ_ADAMW_OF_MEAN)
    {
      precise const vec4 difference = a * second.w - state;
      precise const vec4 mean = state + first.y * difference;
      return mean;
    }
  if (OF == PZ_ADAMW_OF_SQUARE)
    {
      precise const vec4 gradient = a * second.w;
      precise const vec4 mean = state * first.z + first.w * gradient * gradient;
      return mean;
    }
  precise const vec4 deviation = sqrt (square) / second.x + second.y;
  precise const vec4 parameter = state * first.x - second.z * a / deviation;
  return parameter;
}

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i >= args.n)
    return;

  const uint count = args.n - i;
  const vec4 state = load (args.state, i, count);
  // No branch: the software driver executes a load from a uniform address on both sides of a branch.
  const float flag = load1_f32 (args.skip != 0 ? args.skip : args.knobs, 0);
  const bool skip = args.skip != 0 && flag != 0.0;
  vec4 y = state;

  if (!skip)
    y = update (state, load (args.a, i, count),
                OF == PZ_ADAMW_OF_PARAMETER ? load (args.square, i, count) : vec4 (0.0));
  if (count >= 4)
    store4_f32 (args.y, i, y);
  else
    store4_edge_f32 (args.y, i, count, y);
}
