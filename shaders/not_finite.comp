// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// 1 if a run of x contains a NaN or infinity. The second pass (PZ_FLAGS) combines the flags of the first: 1 if any of them is
// not 0.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/not_finite.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#include "shaders/lib/reduce.glsl"

// Tests the bits: compilers may assume that there are no infinities.
float
flag_of (float x)
{
#ifdef PZ_FLAGS
  return x != 0.0 ? 1.0 : 0.0;
#else
  return (floatBitsToUint (x) & 0x7f800000) == 0x7f800000 ? 1.0 : 0.0;
#endif
}

void
main ()
{
  const uint first = pz_group () * args.run;

  if (first >= args.n) // uniform in the workgroup
    return;

  const uint end = min (first + args.run, args.n);
  float flag = 0.0;

  for (uint i = first + gl_LocalInvocationID.x; i < end; i += gl_WorkGroupSize.x)
    flag = max (flag, flag_of (load1 (args.x, i)));
#ifdef PZ_FLAGS
  // No branch: the software driver executes the loads of both sides of a branch.
  flag = max (flag, flag_of (load1_f32 (args.before != 0 ? args.before : args.x, 0)));
#endif
  flag = pz_reduce_max (flag, gl_WorkGroupSize.x);
  if (gl_LocalInvocationID.x == 0)
    store1_f32 (args.y, pz_group (), flag);
}
