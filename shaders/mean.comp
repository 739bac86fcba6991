// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One mean a lane. Sums of BLOCK are summed, so that the error grows with the square root of what
// one long sum's would.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/mean.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#define BLOCK 64

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const uint outer = pz_divide (i, args.inner_multiplier, args.inner_shift);
  uint at = outer * args.n_summed * args.inner + (i - outer * args.inner);
  float sum = 0.0;

  for (uint first = 0; first < args.n_summed; first += BLOCK)
    {
      float block = 0.0;
      for (uint j = first; j < min (first + BLOCK, args.n_summed); j++, at += args.inner)
        block += load1 (args.x, at);
      sum += block;
    }
  store1 (args.y, i, sum / float (args.n_summed));
}
