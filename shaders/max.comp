// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The maximum of each batch entry; one workgroup per entry.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/max.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#include "shaders/lib/reduce.glsl"

void
main ()
{
  const uint item = pz_group ();

  if (item >= args.batch) // uniform in the workgroup
    return;

  const uint from = item * args.n;
  float most = load1_f32 (args.x, from);

  for (uint i = gl_LocalInvocationID.x; i < args.n; i += gl_WorkGroupSize.x)
    most = max (most, load1_f32 (args.x, from + i));
  most = pz_reduce_max (most, gl_WorkGroupSize.x);
  if (gl_LocalInvocationID.x == 0)
    store1_f32 (args.y, item, most);
}
