// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A lane sums four columns of one row over all tokens in order, so no atomics are needed.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/embedding_gradient.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = pz_divide (lane, args.quads_multiplier, args.quads_shift);

  if (row >= args.n_extra)
    return;

  const uint column = (lane - row * args.quads) * 4;
  const uint count = args.width - column;
  vec4 sum = vec4 (0.0);

  uint token = 0;

  // do … while: a uniform load is executed even if no lane is active, so its address must be valid.
  do
    {
      if (uint (PzInts (args.ids).v[token]) == args.n_table + row)
        {
          const uint from = token * args.width + column;

          sum += PACKED != 0 ? load4 (args.d_out, from) : load4_edge (args.d_out, from, count);
        }
      token++;
    }
  while (token < args.tokens);

  const uint to = row * args.width + column;

  if (PACKED != 0)
    store4_f32 (args.y, to, sum);
  else
    store4_edge_f32 (args.y, to, count, sum);
}
