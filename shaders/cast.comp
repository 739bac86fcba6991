// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// f32 to f16 (PZ_F16) or f16 to f32, four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/cast.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#ifdef PZ_F16
#define load1_other load1_f32
#define load4_other load4_f32
#else
#define load1_other load1_f16
#define load4_other load4_f16
#endif

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i + 4 <= args.n)
    store4 (args.y, i, load4_other (args.x, i));
  else
    for (uint j = i; j < args.n; j++)
      store1 (args.y, j, load1_other (args.x, j));
}
