// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y = a + b, a * b or b, with b broadcast; four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/binary.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_BINARY_WHAT) const uint WHAT = PZ_BINARY_ADD;
layout (constant_id = PZ_SPEC_BINARY_N_DIMS) const uint N_DIMS = 1;
// 1: four neighbours of a pair with four neighbours of b, or all with one element.
layout (constant_id = PZ_SPEC_BINARY_PACKED) const uint PACKED = 0;

uint
partner (uint i)
{
  uint at = 0;

  [[unroll]] for (uint d = 0; d + 1 < N_DIMS; d++)
    {
      const uint next = pz_divide (i, args.multipliers[d], args.shifts[d]);
      at += (i - next * args.dims[d]) * args.strides[d];
      i = next;
    }
  return at + i * args.strides[N_DIMS - 1];
}

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i >= args.n)
    return;

  const bool whole = PACKED != 0 && i + 4 <= args.n;
  const uint count = args.n - i;
  vec4 a = vec4 (0.0);
  vec4 b;

  if (whole)
    {
      const uint at = partner (i);
      if (WHAT != PZ_BINARY_SECOND)
        a = load4 (args.a, i);
      b = args.strides[0] != 0 ? load4 (args.b, at) : vec4 (load1 (args.b, at));
    }
  else
    {
      if (WHAT != PZ_BINARY_SECOND)
        a = load4_edge (args.a, i, count);
      b = vec4 (0.0);
      [[unroll]] for (uint j = 0; j < 4; j++)
        if (j < count)
          b[j] = load1 (args.b, partner (i + j));
    }

  const vec4 y = WHAT == PZ_BINARY_MULTIPLY ? a * b : a + b;

  if (whole)
    store4 (args.y, i, y);
  else
    store4_edge (args.y, i, count, y);
}
