// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// CLUSTER lanes per row compute the mean, then the variance (two passes), then the result. CLUSTER = 1 needs no shared memory
// and no barriers, which are slow on the software driver.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/layer_norm.h"
#include "shaders/lib/activation.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_LAYER_NORM_ACT) const uint ACT = PZ_ACT_NONE;
layout (constant_id = PZ_SPEC_LAYER_NORM_CLUSTER) const uint CLUSTER = 1;

#include "shaders/lib/layer-norm.glsl"

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = lane / CLUSTER;
  const uint me = lane % CLUSTER;
  // Lanes beyond the last row recompute that row and write nothing: all lanes must reach the barriers.
  const uint from = min (row, args.rows - 1) * args.width;
  const vec2 statistics = row_statistics (from, me);

  if (row >= args.rows)
    return;
  for (uint column = me * 4; column < args.width; column += CLUSTER * 4)
    {
      const vec4 x = (load (args.x, from, column) - statistics.x) * statistics.y;
      const vec4 y = pz_activate4 (x * load (args.weight, 0, column)
                                     + load (args.bias, 0, column), ACT);
      if (PACKED != 0)
        store4 (args.y, from + column, y);
      else
        store4_edge (args.y, from + column, args.width - column, y);
    }
}
