// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The gradient of max; one workgroup per batch entry. Indices are compared as floats, which are exact up to 2^24.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/max_gradient.h"
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
  const float most = load1_f32 (args.most, item);
  float place = -float (args.n); // negative, so that the maximum is the first index

  for (uint i = gl_LocalInvocationID.x; i < args.n; i += gl_WorkGroupSize.x)
    if (load1_f32 (args.x, from + i) == most)
      place = max (place, -float (i));
  place = -pz_reduce_max (place, gl_WorkGroupSize.x);

  const float d_out = load1_f32 (args.d_out, item);

  for (uint i = gl_LocalInvocationID.x; i < args.n; i += gl_WorkGroupSize.x)
    store1_f32 (args.y, from + i, float (i) == place ? d_out : 0.0);
}
