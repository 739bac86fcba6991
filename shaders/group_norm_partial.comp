// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// First of three passes: the mean and the sum of squared differences of every channel over a run of pixels. Each lane has four
// channels, so loads are contiguous across lanes and no barrier is needed. Differences are taken from the run's first pixel,
// which is within sqrt (n) deviations of the run's mean: the subtraction at the end loses at most log2 (n) bits, whatever the
// mean is.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/group_norm.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

void
main ()
{
  const uint lane = pz_lane ();
  const uint run = pz_divide (lane, args.quads_multiplier, args.quads_shift);
  const uint item = pz_divide (run, args.chunks_multiplier, args.chunks_shift);

  if (item >= args.batch)
    return;

  const uint channel = (lane - run * args.quads) * 4;
  const uint chunk = run - item * args.chunks;
  const uint first = chunk * args.chunk_pixels;
  const uint n = min (args.chunk_pixels, args.pixels - first);
  const uint count = args.channels - channel;
  uint at = (item * args.pixels + first) * args.channels + channel;
  vec4 origin;
  vec4 sum = vec4 (0.0);
  vec4 squares = vec4 (0.0);

  if (PACKED != 0)
    {
      origin = load4 (args.x, at);
      for (uint i = 1; i < n; i++)
        {
          at += args.channels;
          const vec4 d = load4 (args.x, at) - origin;
          sum += d;
          squares += d * d;
        }
    }
  else
    {
      origin = load4_edge (args.x, at, count);
      for (uint i = 1; i < n; i++)
        {
          at += args.channels;
          const vec4 d = load4_edge (args.x, at, count) - origin;
          sum += d;
          squares += d * d;
        }
    }

  const vec4 shift = sum / float (n);
  const vec4 m2 = max (squares - sum * shift, vec4 (0.0));
  const uint to = run * 2 * args.channels + channel;

  if (PACKED != 0)
    {
      store4_f32 (args.partials, to, origin + shift);
      store4_f32 (args.partials, to + args.channels, m2);
    }
  else
    {
      store4_edge_f32 (args.partials, to, count, origin + shift);
      store4_edge_f32 (args.partials, to + args.channels, count, m2);
    }
}
