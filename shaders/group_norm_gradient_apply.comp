// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Third of three passes: the gradient of x is f - mean of f - (x - mean) * mean of f (x - mean) / deviation^2, with f as in
// args/group_norm_gradient.h.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/group-norm-gradient.glsl"

void
main ()
{
  if (!pz_locate_run ())
    return;

  const uint means_at = pz_item * 2 * args.channels + pz_channel;
  const vec4 mean = pz_quad_f32 (args.means, means_at);
  const vec4 slope = pz_quad_f32 (args.means, means_at + args.channels);
  uint at = pz_first;

  for (uint i = 0; i < pz_pixels; i++, at += args.channels)
    {
      const vec4 offset = pz_quad (args.x, at) - pz_mean;
      const vec4 y = pz_upstream (at, offset) - mean - offset * slope;

      if (PACKED != 0)
        store4 (args.y, at, y);
      else
        store4_edge (args.y, at, pz_count, y);
    }
}
