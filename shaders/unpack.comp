// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Converts a packed weight to f16 or f32 for kernels that cannot read packed weights, four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/spec.h"
#include "shaders/args/unpack.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

void
main ()
{
  const uint at = (gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * 4;
  const uint row = gl_WorkGroupID.z * PZ_FOLD + gl_WorkGroupID.y;

  if (at >= args.row || row >= args.rows)
    return;
  store4 (args.y, row * args.row + at,
          load4_i8 (args.x, row * args.row + at) * load1_f32 (args.scales, row));
}
