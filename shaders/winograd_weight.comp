// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Winograd convolution, weight transform: G g G^T of every 3x3 kernel g.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/spec.h"
#include "shaders/args/winograd_weight.h"
#include "shaders/lib/storage.glsl"
#include "shaders/lib/winograd.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#ifdef PZ_W8
vec4
load_w (uint i)
{
  return load4_i8 (args.w, i) * load1_f32 (args.scales, gl_WorkGroupID.y);
}
#else
vec4
load_w (uint i)
{
  return load4 (args.w, i);
}
#endif

vec4 points[MAX_TILE + 2];

void
transform (vec4 g0, vec4 g1, vec4 g2)
{
  if (TILE == 2)
    {
      points[0] = g0;
      points[1] = 0.5 * (g0 + g1 + g2);
      points[2] = 0.5 * (g0 - g1 + g2);
      points[3] = g2;
    }
  else
    {
      const vec4 even_a = (g0 + A2 * g2) / (2 * A * (A2 - B2));
      const vec4 odd_a = g1 / (2 * (A2 - B2));
      const vec4 even_b = (g0 + B2 * g2) / (2 * B * (B2 - A2));
      const vec4 odd_b = g1 / (2 * (B2 - A2));

      points[0] = even_a + odd_a;
      points[1] = even_a - odd_a;
      points[2] = even_b + odd_b;
      points[3] = even_b - odd_b;
      points[4] = g2;
    }
}

void
main ()
{
  const uint channel = (gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * 4;
  const uint column = gl_WorkGroupID.y;
  vec4 lines[SIDE * 3];

  if (channel >= args.channels)
    return;
  [[unroll]] for (uint x = 0; x < 3; x++)
    {
      vec4 g[3];

      [[unroll]] for (uint y = 0; y < 3; y++)
        g[y] = load_w (((column * 3 + y) * 3 + x) * args.channels + channel);
      transform (g[0], g[1], g[2]);
      [[unroll]] for (uint y = 0; y < SIDE; y++)
        lines[y * 3 + x] = points[y];
    }
  [[unroll]] for (uint y = 0; y < SIDE; y++)
    {
      transform (lines[y * 3], lines[y * 3 + 1], lines[y * 3 + 2]);
      [[unroll]] for (uint x = 0; x < SIDE; x++)
        store4_f32 (args.y, ((y * SIDE + x) * args.n + column) * args.channels + channel,
                    points[x]);
    }
}
