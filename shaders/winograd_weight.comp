// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Second of Winograd's F(2x2, 3x3): G g G^T of every 3x3 window g of a weight.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/spec.h"
#include "shaders/args/winograd_weight.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint channel = (gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * 4;
  const uint column = gl_WorkGroupID.y;
  vec4 rows[12]; // 4 x 3

  if (channel >= args.channels)
    return;
  [[unroll]] for (uint x = 0; x < 3; x++)
    {
      vec4 g[3];

      [[unroll]] for (uint y = 0; y < 3; y++)
        g[y] = load4 (args.w, ((column * 3 + y) * 3 + x) * args.channels + channel);
      rows[x] = g[0];
      rows[3 + x] = 0.5 * (g[0] + g[1] + g[2]);
      rows[6 + x] = 0.5 * (g[0] - g[1] + g[2]);
      rows[9 + x] = g[2];
    }
  [[unroll]] for (uint y = 0; y < 4; y++)
    {
      const vec4 a = rows[y * 3];
      const vec4 b = rows[y * 3 + 1];
      const vec4 c = rows[y * 3 + 2];
      const vec4 points[4] = { a, 0.5 * (a + b + c), 0.5 * (a - b + c), c };

      [[unroll]] for (uint x = 0; x < 4; x++)
        store4_f32 (args.points, ((y * 4 + x) * args.n + column) * args.channels + channel,
                    points[x]);
    }
}
