// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One pass of PIL's resize of 8-bit pictures, in the same integer arithmetic: the sum of levels times taps, rounded and
// clipped.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/resize_pass.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/resize.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const uint run = pz_divide (i, args.inner_multiplier, args.inner_shift);
  const uint outer = pz_divide (run, args.out_multiplier, args.out_shift);
  const uint taps_at = (run - outer * args.out_length) * (2 + args.max_taps);
  const uint first = uint (PzInts (args.taps).v[taps_at]);
  const uint n = uint (PzInts (args.taps).v[taps_at + 1]);
  uint from = (outer * args.in_length + first) * args.inner + i - run * args.inner;
  int sum = 1 << (PZ_RESIZE_BITS - 1);

  for (uint j = 0; j < n; j++, from += args.inner)
    {
      const int level = int (load1_f32 (args.x, from) * 255.0 + 0.5);
      sum += level * PzInts (args.taps).v[taps_at + 2 + j];
    }
  store1_f32 (args.y, i, float (clamp (sum >> PZ_RESIZE_BITS, 0, 255)) / 255.0);
}
