// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sums the parts of a split product (lib/split.glsl) and applies its epilogue.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/product_sum.h"
#define PZ_W_ROW args.k
#include "shaders/lib/index.glsl"

layout (constant_id = PZ_SPEC_PRODUCT_SUM_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_PRODUCT_SUM_ACT_OUT) const uint ACT_OUT = 0;

#include "shaders/lib/epilogue.glsl"

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = pz_divide (lane, args.quads_multiplier, args.quads_shift);
  const uint column = (lane - row * args.quads) * 4;
  const uint at = row * args.n + column;

  if (row >= args.m)
    return;
  if (args.n % 4 == 0)
    {
      vec4 sum = load4_f32 (args.parts, at);

      for (uint split = 1; split < args.splits; split++)
        sum += load4_f32 (args.parts, split * args.m * args.n + at);
      pz_epilogue4 (sum, row, column, at);
    }
  else
    for (uint i = 0; i < min (4, args.n - column); i++)
      {
        float sum = load1_f32 (args.parts, at + i);

        for (uint split = 1; split < args.splits; split++)
          sum += load1_f32 (args.parts, split * args.m * args.n + at + i);
        pz_epilogue1 (sum, row, column + i, at + i);
      }
}
