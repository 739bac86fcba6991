// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Third of three passes: y = act ((x - mean) * factor + bias); each lane has four channels of a run of pixels.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/group_norm.h"
#include "shaders/lib/activation.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_GROUP_NORM_ACT) const uint ACT = PZ_ACT_NONE;

void
main ()
{
  const uint lane = pz_lane ();
  const uint run = pz_divide (lane, args.quads_multiplier, args.quads_shift);
  const uint item = pz_divide (run, args.chunks_multiplier, args.chunks_shift);

  if (item >= args.batch)
    return;

  const uint channel = (lane - run * args.quads) * 4;
  const uint first = (run - item * args.chunks) * args.chunk_pixels;
  const uint n = min (args.chunk_pixels, args.pixels - first);
  const uint count = args.channels - channel;
  const uint factors_at = item * 2 * args.channels + channel;
  uint at = (item * args.pixels + first) * args.channels + channel;

  if (PACKED != 0)
    {
      const vec4 mean = load4_f32 (args.factors, factors_at);
      const vec4 factor = load4_f32 (args.factors, factors_at + args.channels);
      const vec4 bias = load4 (args.bias, channel);

      for (uint i = 0; i < n; i++, at += args.channels)
        store4 (args.y, at, pz_activate4 ((load4 (args.x, at) - mean) * factor + bias, ACT));
    }
  else
    {
      const vec4 mean = load4_edge_f32 (args.factors, factors_at, count);
      const vec4 factor = load4_edge_f32 (args.factors, factors_at + args.channels, count);
      const vec4 bias = load4_edge (args.bias, channel, count);

      for (uint i = 0; i < n; i++, at += args.channels)
        store4_edge (args.y, at, count,
                     pz_activate4 ((load4_edge (args.x, at, count) - mean) * factor + bias, ACT));
    }
}
