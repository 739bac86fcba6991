// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y = act (scale * x + shift), four elements a lane.
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

  if (i + 4 <= args.n)
    store4 (args.y, i, pz_activate4 (args.scale * load4 (args.x, i) + args.shift, ACT));
  else
    for (uint j = i; j < args.n; j++)
      store1 (args.y, j, pz_activate (args.scale * load1 (args.x, j) + args.shift, ACT));
}
