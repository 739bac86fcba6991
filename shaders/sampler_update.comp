// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// x' is a weighted sum of x, the network's prediction, noise and the history of past steps. All factors are in knobs, laid out
// as enum PzKnob of compute/sampler.h. PZ_F16 is the prediction's dtype. One element per lane, because latents are small.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/sampler_update.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"
#include "shaders/lib/guidance.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

// A term whose factor is 0 is not read: its storage may be uninitialised.
float
weighed (float factor, uint64_t address, uint i)
{
  return factor != 0.0 ? factor * load1_f32 (address, i) : 0.0;
}

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const vec4 knobs = load4_f32 (args.knobs, 0);
  const vec4 past = load4_f32 (args.knobs, 8);
  const float e = pz_guided (args.pred, i, args.n, args.guided, knobs.w);
  float y = knobs.x * load1_f32 (args.x, i) + knobs.y * e + weighed (knobs.z, args.noise, i);

  for (uint slot = 0; slot < 4; slot++)
    y += weighed (past[slot], args.past, slot * args.n + i);
  store1_f32 (args.y, i, y);
}
