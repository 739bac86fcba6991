// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loads of memory that is contiguous across lanes, which the software driver compiles to one vector instruction. The driver
// splits a load with divergent addresses into one load per lane, but keeps a load from a uniform address. So every lane loads
// all elements from uniform addresses and selects its own by gl_SubgroupInvocationID, a compile-time constant per lane: the
// compiler merges this into a single vector load. For workgroups of exactly one subgroup.
//
// The driver copies a value that is used both inside and after a loop in every iteration. After a loop use gl_LocalInvocationID
// instead, which is a separate value.
#ifndef PZ_LANES_GLSL
#define PZ_LANES_GLSL

#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_scalar_block_layout : require

// Kernels without f16 data define PZ_F32_ONLY, so that they run on devices without f16 arithmetic.
#ifndef PZ_F32_ONLY
#define PZ_HALVES
#endif
#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_LOCAL_X) const uint LANES = 8;

layout (buffer_reference, scalar, buffer_reference_align = 4) buffer PzFloatsOfFour { vec4 v[]; };

// Lane i gets float i of the floats at a uniform address. Loads four floats at once: the machine code is the same as with
// single floats, but the driver compiles only a quarter of the address computations, and a product has thousands. LANES is a
// multiple of 4.
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

// The same for 64-bit words, quads of f16 values.
uint64_t
pz_lanes_quad (uint64_t address)
{
  uint64_t value = 0;

  [[unroll]] for (uint i = 0; i < LANES; i++)
    value = gl_SubgroupInvocationID == i ? PzHalves4 (address).v[i] : value;
  return value;
}

// One signed byte for all lanes, as float. The address is a multiple of 4; i must be a compile-time constant.
float
pz_uniform1_i8 (uint64_t address, uint i)
{
  return float (PzInts (address).v[i >> 2] << 24 - i % 4 * 8 >> 24);
}

#ifdef PZ_HALVES
layout (buffer_reference, scalar, buffer_reference_align = 2) buffer PzHalvesOfFour { u16vec4 v[]; };

// The same for f16 values.
float
pz_lanes_f16 (uint64_t address)
{
  uint16_t value = uint16_t (0);

  [[unroll]] for (uint i = 0; i < LANES; i += 4)
    {
      const u16vec4 next = PzHalvesOfFour (address).v[i / 4];

      [[unroll]] for (uint j = 0; j < 4; j++)
        value = gl_SubgroupInvocationID == i + j ? next[j] : value;
    }
  return float (uint16BitsToFloat16 (value));
}

// One f16 value for all lanes, as float. It is broadcast before the conversion, which is then one vector instruction; the term
// with gl_SubgroupInvocationID, always 0, keeps the compiler from converting it as a scalar.
float
pz_uniform1_f16 (uint64_t address, uint i)
{
  const uint bits = uint (PzHalves (address).v[i]) | gl_SubgroupInvocationID >> 8;
  return float (uint16BitsToFloat16 (uint16_t (bits)));
}
#endif

#endif
