// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// f32 to f16 (PZ_F16) or f16 to f32, four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/cast.h"
#include "shaders/lib/index.glsl"
#define PZ_F32_ONLY
#include "shaders/lib/lanes.glsl"

// 1: x consists of whole chunks of a workgroup, which is one subgroup; f16 to f32 only.
layout (constant_id = PZ_SPEC_CAST_SPLITS) const uint SPLITS = 0;

#ifdef PZ_F16
#define load1_other load1_f32
#define load4_other load4_f32
#else
#define load1_other load1_f16
#define load4_other load4_f16
#endif

#ifndef PZ_F16
void
cast_chunk ()
{
  [[unroll]] for (uint q = 0; q < PZ_CHUNK_QUADS; q++)
    {
      const uint first = (pz_group () * PZ_CHUNK_QUADS + q) * LANES * 4;

      store4 (args.y, first + gl_LocalInvocationID.x * 4,
              pz_unpack4 (pz_lanes_quad (args.x + uint64_t (first) * 2)));
    }
}
#endif

void
main ()
{
#ifndef PZ_F16
  if (SPLITS != 0)
    {
      cast_chunk ();
      return;
    }
#endif
  const uint i = pz_lane () * 4;

  if (i + 4 <= args.n)
    store4 (args.y, i, load4_other (args.x, i));
  else
    for (uint j = i; j < args.n; j++)
      store1 (args.y, j, load1_other (args.x, j));
}
