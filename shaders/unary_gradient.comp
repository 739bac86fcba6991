// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// d_x = d_y * act' (x), four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/unary_gradient.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/slope.glsl"
#include "shaders/lib/storage.glsl"

layout (constant_id = PZ_SPEC_UNARY_ACT) const uint ACT = PZ_ACT_NONE;

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i >= args.n)
    return;

  const bool whole = i + 4 <= args.n;
  vec4 x;
  vec4 d;

  if (whole)
    {
      x = load4 (args.x, i);
      d = load4 (args.d_y, i);
    }
  else
    {
      x = load4_edge (args.x, i, args.n - i);
      d = load4_edge (args.d_y, i, args.n - i);
    }
  d *= pz_slope4 (x, ACT);
  if (whole)
    store4 (args.d_x, i, d);
  else
    store4_edge (args.d_x, i, args.n - i, d);
}
