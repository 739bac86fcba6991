/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All kernels as an enum and an array of SPIR-V modules, both generated from the table in shaders/meson.build.
 *
 * All kernels have the same interface: no descriptors, one push-constant struct (shaders/args/NAME.h, at most 128 bytes) with
 * 64-bit buffer addresses, the entry point "main", and the specialisation constants of shaders/args/spec.h, in which id 0 is
 * always the workgroup size in x. Kernels use gl_WorkGroupID but never gl_NumWorkGroups, because a dispatch may be split along
 * its workgroups. Thread: any.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum
{
#define PZ_KERNEL(id, name) id,
#include "shaders/kernel-list.h"
#undef PZ_KERNEL
  PZ_N_KERNELS,
} PzKernel;

typedef struct
{
  const char *name;
  const uint32_t *words; /* SPIR-V */
  size_t n_bytes;
} PzKernelCode;

extern const PzKernelCode pz_kernels[PZ_N_KERNELS];
