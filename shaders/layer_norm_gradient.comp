// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// With h = (x - mean) / deviation and g = d_out act' weight, the gradient of x is
// (g - mean of g - h * mean of g h) / deviation. CLUSTER lanes per row first recompute the statistics
// as in layer_norm.comp, which is cheaper than storing them.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/layer_norm_gradient.h"
#include "shaders/lib/slope.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_LAYER_NORM_ACT) const uint ACT = PZ_ACT_NONE;
layout (constant_id = PZ_SPEC_LAYER_NORM_CLUSTER) const uint CLUSTER = 1;

#include "shaders/lib/layer-norm.glsl"

// g of four columns, computed from their h; 0 past the end of the row, because h and d_out are.
vec4
gradient (uint from, uint column, vec4 h)
{
  const vec4 weight = load (args.weight, 0, column);
  vec4 g = load (args.d_out, from, column) * weight;

  if (ACT != PZ_ACT_NONE)
    g *= pz_slope4 (h * weight + load (args.bias, 0, column), ACT);
  return g;
}

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = lane / CLUSTER;
  const uint me = lane % CLUSTER;
  // Lanes beyond the last row recompute that row and write nothing: all lanes must reach the barriers.
  const uint from = min (row, args.rows - 1) * args.width;
  const vec2 statistics = row_statistics (from, me);
  const float mean = statistics.x, scale = statistics.y;
  float sum = 0.0;
  float product = 0.0;

  for (uint column = me * 4; column < args.width; column += CLUSTER * 4)
    {
      const vec4 h = difference (from, column, mean) * scale;
      const vec4 g = gradient (from, column, h);

      sum += sum_quad (g);
      product += sum_quad (g * h);
    }
  sum = pz_reduce_sum (sum, CLUSTER) / float (args.width);
  product = pz_reduce_sum (product, CLUSTER) / float (args.width);
  if (row >= args.rows)
    return;
  for (uint column = me * 4; column < args.width; column += CLUSTER * 4)
    {
      const vec4 h = difference (from, column, mean) * scale;
      const vec4 y = (gradient (from, column, h) - sum - h * product) * scale;

      if (PACKED != 0)
        store4 (args.y, from + column, y);
      else
        store4_edge (args.y, from + column, args.width - column, y);
    }
}
