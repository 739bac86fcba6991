/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Macros that declare a push-constant struct for both C and GLSL. Members are pz_u64 (addresses, which come first), pz_u32,
 * pz_i32 and pz_f32 only, so that both compilers use the same layout. In C the struct has the given name; in GLSL its instance
 * is `args`.
 */
#ifndef PZ_ARGS_H
#define PZ_ARGS_H

#ifdef PZ_GLSL

#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require

#define pz_u64 uint64_t
#define pz_u32 uint
#define pz_i32 int
#define pz_f32 float
#define PZ_ARGS_BEGIN(Name) layout (push_constant, std430) uniform Name {
#define PZ_ARGS_END(Name) } args;

#else

#include <assert.h>
#include <stdint.h>

typedef uint64_t pz_u64;
typedef uint32_t pz_u32;
typedef int32_t pz_i32;
typedef float pz_f32;

#define PZ_ARGS_BEGIN(Name) typedef struct {
#define PZ_ARGS_END(Name) } Name; static_assert (sizeof (Name) <= 128, #Name " exceeds the push range")

#endif

#endif
