// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers of lanes and groups of a folded dispatch (pz_dispatch_lanes () and _groups () in
// compute/ops/lower.h), and division by a number known on the host.
#ifndef PZ_INDEX_GLSL
#define PZ_INDEX_GLSL

#include "shaders/args/spec.h"

// Before the first use of gl_WorkGroupSize: the compiler takes it for 1 up to here.
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

// n / d for n < 2^31, where (multiplier, shift) is pz_divisor (d) of compute/ops/lower.h: integer
// division is a loop over lanes on the software driver and slow on GPUs.
uint
pz_divide (uint n, uint multiplier, uint shift)
{
  uint high, low;

  umulExtended (n, multiplier, high, low);
  return (high + n) >> shift;
}

#endif
