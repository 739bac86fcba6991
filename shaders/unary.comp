// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y = act (scale * x + shift), four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/unary.h"
#include "shaders/lib/activation.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_UNARY_ACT) const uint ACT = PZ_ACT_NONE;

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i >= args.n)
    return;

  // The same arithmetic for full and partial quads: the end of a batch must not change any bit.
  const bool whole = i + 4 <= args.n;
  vec4 x;

  if (whole)
    x = load4 (args.x, i);
  else
    x = load4_edge (args.x, i, args.n - i);

  const vec4 y = pz_activate4 (args.scale * x + args.shift, ACT);

  if (whole)
    store4 (args.y, i, y);
  else
    store4_edge (args.y, i, args.n - i, y);
}
