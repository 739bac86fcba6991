// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// x' = knobs[0] x + knobs[1] e + knobs[2] noise with guidance knobs[3] inside e. PZ_F16 is the
// prediction's dtype. Latents are small: one element a lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/sampler_update.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const vec4 knobs = load4_f32 (args.knobs, 0);
  float e = load1 (args.pred, i);

  if (args.guided != 0)
    e += knobs.w * (load1 (args.pred, args.n + i) - e);

  // Noise of weight 0 is left out, whatever was last in its storage.
  const float kick = knobs.z != 0.0 ? knobs.z * load1_f32 (args.noise, i) : 0.0;
  store1_f32 (args.y, i, knobs.x * load1_f32 (args.x, i) + knobs.y * e + kick);
}
