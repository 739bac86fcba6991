// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y = value, four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/constant.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i + 4 <= args.n)
    store4 (args.y, i, vec4 (args.value));
  else if (i < args.n)
    store4_edge (args.y, i, args.n - i, vec4 (args.value));
}
