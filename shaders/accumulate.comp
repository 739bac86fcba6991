// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y = keep * sum + x, four elements per lane. PZ_F16 is x's dtype. If keep is 0, sum is not read: its storage may be
// uninitialised.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/accumulate.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint i = pz_lane () * 4;

  if (i >= args.n)
    return;

  const float keep = load1_f32 (args.keep, 0);
  const uint count = args.n - i;

  if (count >= 4)
    {
      const vec4 sum = keep != 0.0 ? keep * load4_f32 (args.sum, i) : vec4 (0.0);
      store4_f32 (args.y, i, sum + load4 (args.x, i));
    }
  else
    {
      const vec4 sum
        = keep != 0.0 ? keep * load4_edge_f32 (args.sum, i, count) : vec4 (0.0);
      store4_edge_f32 (args.y, i, count, sum + load4_edge (args.x, i, count));
    }
}
