// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lane and workgroup indices of a folded dispatch (pz_dispatch_lanes () and pz_dispatch_groups () in compute/ops/lower.h), and
// division by a divisor known on the host.
#ifndef PZ_INDEX_GLSL
#define PZ_INDEX_GLSL

#include "shaders/args/spec.h"

// Must precede the first use of gl_WorkGroupSize, which is 1 until this declaration.
layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

uint
pz_group ()
{
  return gl_WorkGroupID.y * PZ_FOLD + gl_WorkGroupID.x;
}

uint
pz_lane ()
{
  return pz_group () * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

// n / d for n < 2^31, with (multiplier, shift) from pz_divisor (d) in compute/ops/lower.h. Integer division is a scalar loop
// over the lanes on the software driver, and slow on GPUs.
uint
pz_divide (uint n, uint multiplier, uint shift)
{
  uint high, low;

  umulExtended (n, multiplier, high, low);
  return (high + n) >> shift;
}

#endif
