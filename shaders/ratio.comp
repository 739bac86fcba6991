// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One quotient per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/ratio.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const float b = load1_f32 (args.b, i);

  store1_f32 (args.y, i, b > 0.0 ? load1_f32 (args.a, i) / b : 0.0);
}
