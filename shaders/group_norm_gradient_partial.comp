// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// First of three passes: each channel's sums over a run of pixels.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/group-norm-gradient.glsl"

void
main ()
{
  vec4 sum = vec4 (0.0);
  vec4 product = vec4 (0.0);

  if (!pz_locate_run ())
    return;

  uint at = pz_first;

  for (uint i = 0; i < pz_pixels; i++, at += args.channels)
    {
      const vec4 offset = pz_quad (args.x, at) - pz_mean;
      const vec4 upstream = pz_upstream (at, offset);

      sum += upstream;
      product += upstream * offset;
    }

  const uint to = pz_run * 2 * args.channels + pz_channel;

  pz_store_quad_f32 (args.partials, to, sum);
  pz_store_quad_f32 (args.partials, to + args.channels, product);
}
