// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Replaces one slot of the sampler's history by a weighted sum of x and the network's prediction. The slot and the factors are
// in knobs, laid out as enum PzKnob of compute/sampler.h. PZ_F16 is the prediction's dtype. A lane handles the same element of
// all slots.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/sampler_remember.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"
#include "shaders/lib/guidance.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const float g = load1_f32 (args.knobs, 3);
  const vec4 keep = load4_f32 (args.knobs, 4);
  const float e = pz_guided (args.pred, i, args.n, args.guided, g);
  const float kept = keep.x * load1_f32 (args.x, i) + keep.y * e;

  for (uint slot = 0; slot < 4; slot++)
    if (slot == int (keep.z))
      store1_f32 (args.y, slot * args.n + i, kept);
    else if (args.y != args.past)
      store1_f32 (args.y, slot * args.n + i, load1_f32 (args.past, slot * args.n + i));
}
