// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loads and stores of tensors by address; values are f32. load1 and store1 take the index of an element; load4 and store4 take
// that of the first of four elements, a multiple of 4: one access of 64 bits (f16) or 128 bits (f32), which on the software
// driver costs as much as a single element. Names without a suffix follow PZ_F16; those with _f32 or _f16 have that type.
#ifndef PZ_STORAGE_GLSL
#define PZ_STORAGE_GLSL

#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require

#ifdef PZ_HALVES
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_EXT_shader_explicit_arithmetic_types_int16 : require
#endif

layout (buffer_reference, std430, buffer_reference_align = 2) buffer PzHalves { uint16_t v[]; };
layout (buffer_reference, std430, buffer_reference_align = 8) buffer PzHalves4 { uint64_t v[]; };
layout (buffer_reference, std430, buffer_reference_align = 4) buffer PzFloats { float v[]; };
layout (buffer_reference, std430, buffer_reference_align = 16) buffer PzFloats4 { vec4 v[]; };
layout (buffer_reference, std430, buffer_reference_align = 16) buffer PzPairs2 { u64vec2 v[]; };
layout (buffer_reference, std430, buffer_reference_align = 16) buffer PzWords4 { uvec4 v[]; };
layout (buffer_reference, std430, buffer_reference_align = 4) buffer PzInts { int v[]; };

vec4
pz_unpack4 (uint64_t bits)
{
  const uvec2 words = unpack32 (bits);
  return vec4 (unpackHalf2x16 (words.x), unpackHalf2x16 (words.y));
}

// The software driver stores each lane's words one by one, and a 64-bit word takes no longer than a 32-bit word. Not pack64:
// the driver's compiler overruns its stack with it for 16 lanes (Mesa 26.1).
uint64_t
pz_pair (uvec2 words)
{
  return uint64_t (words.x) | uint64_t (words.y) << 32;
}

// With f16 arithmetic (PZ_HALVES) the conversion is one instruction; packHalf2x16 takes several on the software driver.
uint64_t
pz_pack4 (vec4 v)
{
#ifdef PZ_HALVES
  return pz_pair (uvec2 (packFloat2x16 (f16vec2 (v.xy)), packFloat2x16 (f16vec2 (v.zw))));
#else
  return pz_pair (uvec2 (packHalf2x16 (v.xy), packHalf2x16 (v.zw)));
#endif
}

float
load1_f32 (uint64_t address, uint i)
{
  return PzFloats (address).v[i];
}

vec4
load4_f32 (uint64_t address, uint i)
{
  return PzFloats4 (address).v[i >> 2];
}

void
store1_f32 (uint64_t address, uint i, float value)
{
  PzFloats (address).v[i] = value;
}

// Stores two elements, starting at an even index.
void
store2_f32 (uint64_t address, uint i, vec2 value)
{
  PzHalves4 (address).v[i >> 1] = pz_pair (floatBitsToUint (value));
}

void
store4_f32 (uint64_t address, uint i, vec4 value)
{
  const uvec4 words = floatBitsToUint (value);
  PzPairs2 (address).v[i >> 2] = u64vec2 (pz_pair (words.xy), pz_pair (words.zw));
}

float
load1_f16 (uint64_t address, uint i)
{
  return unpackHalf2x16 (uint (PzHalves (address).v[i])).x;
}

vec4
load4_f16 (uint64_t address, uint i)
{
  return pz_unpack4 (PzHalves4 (address).v[i >> 2]);
}

void
store1_f16 (uint64_t address, uint i, float value)
{
  // The same conversion as pz_pack4 (): Vulkan does not specify the rounding, and an element must get the same bits whether it
  // is stored alone or as one of four.
#ifdef PZ_HALVES
  PzHalves (address).v[i] = float16BitsToUint16 (float16_t (value));
#else
  PzHalves (address).v[i] = uint16_t (packHalf2x16 (vec2 (value, 0.0)));
#endif
}

void
store4_f16 (uint64_t address, uint i, vec4 value)
{
  PzHalves4 (address).v[i >> 2] = pz_pack4 (value);
}

// Four signed bytes, from an address that is a multiple of 4.
vec4
load4_i8 (uint64_t address, uint i)
{
  const int bits = PzInts (address).v[i >> 2];

  return vec4 (bits << 24 >> 24, bits << 16 >> 24, bits << 8 >> 24, bits >> 24);
}

// The first `count` (any number) of four elements from i on; the others read as zero and are not written. No alignment is
// required.
#define PZ_EDGE(TYPE)                                                                            \
  vec4 load4_edge_##TYPE (uint64_t address, uint i, uint count)                                  \
  {                                                                                              \
    vec4 value = vec4 (0.0);                                                                     \
    [[unroll]] for (uint j = 0; j < 4; j++)                                                      \
      if (j < count)                                                                             \
        value[j] = load1_##TYPE (address, i + j);                                                \
    return value;                                                                                \
  }                                                                                              \
  void store4_edge_##TYPE (uint64_t address, uint i, uint count, vec4 value)                     \
  {                                                                                              \
    [[unroll]] for (uint j = 0; j < 4; j++)                                                      \
      if (j < count)                                                                             \
        store1_##TYPE (address, i + j, value[j]);                                                \
  }

PZ_EDGE (f16)
PZ_EDGE (f32)

#ifdef PZ_F16
#define load4_edge load4_edge_f16
#define store4_edge store4_edge_f16
#else
#define load4_edge load4_edge_f32
#define store4_edge store4_edge_f32
#endif

#ifdef PZ_F16
#define load1 load1_f16
#define load4 load4_f16
#define store1 store1_f16
#define store4 store4_f16
#else
#define load1 load1_f32
#define load4 load4_f32
#define store1 store1_f32
#define store4 store4_f32
#endif

#endif
