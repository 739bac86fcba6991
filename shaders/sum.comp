// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One sum per lane, in blocks of BLOCK elements that are summed separately: the rounding error then grows with n / BLOCK +
// BLOCK instead of n. PZ_X_F16, PZ_Y_F16: x, y in f16.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/sum.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

#define BLOCK 64

#ifdef PZ_X_F16
#define load_x load1_f16
#else
#define load_x load1_f32
#endif

#ifdef PZ_Y_F16
#define store_y store1_f16
#else
#define store_y store1_f32
#endif

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const uint row = pz_divide (i, args.inner_multiplier, args.inner_shift);
  const uint outer = pz_divide (row, args.parts_multiplier, args.parts_shift);
  const uint start = (row - outer * args.parts) * args.part;
  const uint end = min (start + args.part, args.n_summed);
  uint at = (outer * args.n_summed + start) * args.inner + (i - row * args.inner);
  float sum = 0.0;

  for (uint first = start; first < end; first += BLOCK)
    {
      float block = 0.0;
      for (uint j = first; j < min (first + BLOCK, end); j++, at += args.inner)
        block += load_x (args.x, at);
      sum += block;
    }
  store_y (args.y, i, sum / args.divisor);
}
