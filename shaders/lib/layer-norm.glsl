// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mean and deviation of a row, computed by CLUSTER lanes. Needs args.x, args.width and args.eps, PACKED and CLUSTER.
#ifndef PZ_LAYER_NORM_GLSL
#define PZ_LAYER_NORM_GLSL

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

// Mean, then 1 / deviation, in two passes.
vec2
row_statistics (uint from, uint me)
{
  // Sums differences from the row's first element: with a large mean, the variation would otherwise be lost in rounding.
  const float origin = load1 (args.x, from);
  float sum = 0.0;

  for (uint column = me * 4; column < args.width; column += CLUSTER * 4)
    sum += sum_quad (difference (from, column, origin));

  const float mean = origin + pz_reduce_sum (sum, CLUSTER) / float (args.width);

  sum = 0.0;
  for (uint column = me * 4; column < args.width; column += CLUSTER * 4)
    {
      const vec4 d = difference (from, column, mean);
      sum += sum_quad (d * d);
    }

  const float variance = pz_reduce_sum (sum, CLUSTER) / float (args.width);
  return vec2 (mean, inversesqrt (variance + args.eps));
}

#endif
