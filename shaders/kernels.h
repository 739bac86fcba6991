/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every kernel by number. List and code are generated from the table in shaders/meson.build.
 *
 * All kernels bind alike: no descriptors, one push-constant struct (shaders/args/NAME.h, at most
 * 128 bytes) that carries 64-bit buffer addresses; entry point "main"; specialisation constants
 * as shaders/args/spec.h names them, id 0 always the workgroup's size in x. Kernels use
 * gl_WorkGroupID and never gl_NumWorkGroups, because a dispatch may be split along its groups.
 * Thread: any.
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
