// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// For untyped copies: units of UNIT bytes by address.
#ifndef PZ_UNIT_GLSL
#define PZ_UNIT_GLSL

#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_int16 : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require

#if UNIT == 2
#define Unit uint16_t
#elif UNIT == 4
#define Unit uint
#elif UNIT == 8
#define Unit uint64_t
#else
#define Unit uvec4
#endif

layout (buffer_reference, std430, buffer_reference_align = UNIT) buffer Units { Unit v[]; };

#endif
