// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Extensions and barrier for kernels on cooperative matrices. Include first.
#ifndef PZ_COOP_GLSL
#define PZ_COOP_GLSL

#pragma use_vulkan_memory_model
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

// Orders the subgroup's own accesses to shared memory.
void
pz_subgroup_barrier ()
{
  controlBarrier (gl_ScopeSubgroup, gl_ScopeSubgroup, gl_StorageSemanticsShared,
                  gl_SemanticsAcquireRelease);
}

#endif
