// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane reads four channels of a pixel and writes them factor * factor times.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/upsample_nearest.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

void
main ()
{
  const uint lane = pz_lane ();
  const uint pixel = pz_divide (lane, args.quads_multiplier, args.quads_shift);
  const uint row = pz_divide (pixel, args.width_multiplier, args.width_shift);

  if (row >= args.rows)
    return;

  const uint channel = (lane - pixel * args.quads) * 4;
  const uint column = pixel - row * args.width;
  const uint count = args.channels - channel;
  const uint from = pixel * args.channels + channel;
  vec4 value;

  if (PACKED != 0)
    value = load4 (args.x, from);
  else
    value = load4_edge (args.x, from, count);

  for (uint dy = 0; dy < args.factor; dy++)
    {
      const uint first = (row * args.factor + dy) * args.width * args.factor
                         + column * args.factor;
      for (uint dx = 0; dx < args.factor; dx++)
        {
          const uint to = (first + dx) * args.channels + channel;
          if (PACKED != 0)
            store4 (args.y, to, value);
          else
            store4_edge (args.y, to, count, value);
        }
    }
}
