// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loads that a processor's vector unit does in one instruction. The software driver takes a load
// with an address per lane apart, lane by lane, but keeps one whose address is the same for all
// lanes. Neighbours for the lanes are therefore loaded one by one from such addresses and picked
// by the number of the lane, which that driver knows when it compiles: what remains is one load
// of a whole vector. For workgroups of exactly one subgroup.
//
// On that driver a value that is used both inside and behind a loop is copied, under a mask, in
// every turn: behind a loop ask for gl_LocalInvocationID, which is another value.
#ifndef PZ_LANES_GLSL
#define PZ_LANES_GLSL

#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_scalar_block_layout : require

// Kernels that never see a half say so (PZ_F32_ONLY) and run where there is no arithmetic on them.
#ifndef PZ_F32_ONLY
#define PZ_HALVES
#endif
#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_LOCAL_X) const uint LANES = 8;

layout (buffer_reference, scalar, buffer_reference_align = 4) buffer PzFloatsOfFour { vec4 v[]; };

// Lane i gets float i from the address on, which is the same for all lanes. Four floats a load: what is
// compiled in the end is the same as one by one, but a product has two thousand of them, and half the time
// from a program's start to its first picture was the driver's work on their addresses. LANES is a multiple
// of 4.
float
pz_lanes_f32 (uint64_t address)
{
  float value = 0.0;

  [[unroll]] for (uint i = 0; i < LANES; i += 4)
    {
      const vec4 next = PzFloatsOfFour (address).v[i / 4];

      [[unroll]] for (uint j = 0; j < 4; j++)
        value = gl_SubgroupInvocationID == i + j ? next[j] : value;
    }
  return value;
}

#ifdef PZ_HALVES
// The same half for all lanes, as float. It is spread over the lanes before it becomes one, for
// which it must look different in each: no subgroup has 256 lanes.
float
pz_uniform1_f16 (uint64_t address, uint i)
{
  const uint bits = uint (PzHalves (address).v[i]) | gl_SubgroupInvocationID >> 8;
  return float (uint16BitsToFloat16 (uint16_t (bits)));
}
#endif

#endif
