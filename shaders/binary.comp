// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y = a + b, a * b or b, with b broadcast; four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/binary.h"
#include "shaders/lib/index.glsl"
#define PZ_F32_ONLY
#include "shaders/lib/lanes.glsl"

layout (constant_id = PZ_SPEC_BINARY_WHAT) const uint WHAT = PZ_BINARY_ADD;
layout (constant_id = PZ_SPEC_BINARY_N_DIMS) const uint N_DIMS = 1;
// 1: four neighbouring elements of a are combined with four neighbouring elements of b, or all with one element of b.
layout (constant_id = PZ_SPEC_BINARY_PACKED) const uint PACKED = 0;
// 1: a and b have the same shape and consist of whole chunks of a workgroup, which is one subgroup; f16 only.
layout (constant_id = PZ_SPEC_BINARY_SPLITS) const uint SPLITS = 0;

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

vec4
combine (vec4 a, vec4 b)
{
  return WHAT == PZ_BINARY_MULTIPLY ? a * b : WHAT == PZ_BINARY_ADD ? a + b : b;
}

#ifdef PZ_F16
void
combine_chunk ()
{
  [[unroll]] for (uint q = 0; q < PZ_CHUNK_QUADS; q++)
    {
      const uint first = (pz_group () * PZ_CHUNK_QUADS + q) * LANES * 4;
      const vec4 b = pz_unpack4 (pz_lanes_quad (args.b + uint64_t (first) * 2));
      vec4 a = vec4 (0.0);

      if (WHAT != PZ_BINARY_SECOND)
        a = pz_unpack4 (pz_lanes_quad (args.a + uint64_t (first) * 2));

      store4 (args.y, first + gl_LocalInvocationID.x * 4, combine (a, b));
    }
}
#endif

void
main ()
{
#ifdef PZ_F16
  if (SPLITS != 0)
    {
      combine_chunk ();
      return;
    }
#endif
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

  const vec4 y = combine (a, b);

  if (whole)
    store4 (args.y, i, y);
  else
    store4_edge (args.y, i, count, y);
}
