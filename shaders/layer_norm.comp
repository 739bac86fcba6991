// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// SHARE lanes a row, mean then variance (two passes), then the result. With SHARE = 1 there is
// neither shared memory nor a barrier, which is what the software driver likes.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/layer_norm.h"
#include "shaders/lib/activation.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_LAYER_NORM_ACT) const uint ACT = PZ_ACT_NONE;
layout (constant_id = PZ_SPEC_LAYER_NORM_SHARE) const uint SHARE = 1;

#include "shaders/lib/reduce.glsl"

vec4
load (uint64_t address, uint from, uint column)
{
  if (PACKED != 0)
    return load4 (address, from + column);
  return load4_edge (address, from + column, args.width - column);
}

float
sum_quad (vec4 v)
{
  return (v.x + v.y) + (v.z + v.w);
}

// x - origin; 0 past the end of the row.
vec4
difference (uint from, uint column, float origin)
{
  const vec4 d = load (args.x, from, column) - origin;

  if (PACKED != 0)
    return d;
  return mix (vec4 (0.0), d, lessThan (uvec4 (column) + uvec4 (0, 1, 2, 3), uvec4 (args.width)));
}

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = lane / SHARE;
  const uint share = lane % SHARE;
  // Lanes past the last row work on that row and write nothing: barriers want everybody.
  const uint from = min (row, args.rows - 1) * args.width;
  // Sums are of differences from the row's first element: a mean far from zero would drown them.
  const float origin = load1 (args.x, from);
  float sum = 0.0;

  for (uint column = share * 4; column < args.width; column += SHARE * 4)
    sum += sum_quad (difference (from, column, origin));

  const float mean = origin + pz_share_sum (sum, SHARE) / float (args.width);

  sum = 0.0;
  for (uint column = share * 4; column < args.width; column += SHARE * 4)
    {
      const vec4 d = difference (from, column, mean);
      sum += sum_quad (d * d);
    }

  const float variance = pz_share_sum (sum, SHARE) / float (args.width);
  const float scale = inversesqrt (variance + args.eps);

  if (row >= args.rows)
    return;
  for (uint column = share * 4; column < args.width; column += SHARE * 4)
    {
      const vec4 x = (load (args.x, from, column) - mean) * scale;
      const vec4 y = pz_activate4 (x * load (args.weight, 0, column)
                                     + load (args.bias, 0, column), ACT);
      if (PACKED != 0)
        store4 (args.y, from + column, y);
      else
        store4_edge (args.y, from + column, args.width - column, y);
    }
}
