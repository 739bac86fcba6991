/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of PzGpu, shared by the files of compute/gpu and nobody else.
 */
#pragma once

#include "compute/gpu/commands.h"
#include "compute/gpu/kernel.h"
#include "compute/gpu/limits.h"
#include "compute/gpu/memory.h"
#include "compute/gpu/queue.h"
#include "compute/gpu/transfer.h"

G_BEGIN_DECLS

struct _PzGpu
{
  PzInstance *instance;
  PzVk vk; /* the instance's functions and this device's */
  VkPhysicalDevice physical;
  VkDevice device;
  guint32 queue_family;
  guint64 timestamp_mask; /* of the valid bits */
  PzGpuInfo *info;
  PzAbilities abilities;
  gboolean staged;
  guint wanted_subgroup_size; /* of every kernel that does not ask itself; 0 = device's own */
  PzQueue queue;
  PzMemory *memory;
  PzTransfer *transfer;
  PzKernels *kernels;
  VkCommandPool pool; /* of all recordings */
  GPtrArray *scratch; /* of PzScratch that someone holds */
  gdouble *pace; /* by kernel */
  PzWatch watch;
};

G_END_DECLS
