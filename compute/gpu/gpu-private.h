/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The definition of PzGpu. Private to compute/gpu.
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
  PzVk vk; /* functions of the instance and of this device */
  VkPhysicalDevice physical;
  VkDevice device;
  guint32 queue_family;
  guint64 timestamp_mask; /* mask of the valid bits */
  PzGpuInfo *info;
  PzAbilities abilities;
  gboolean staged;
  guint wanted_subgroup_size; /* for kernels that require none; 0 = the device's default */
  PzQueue queue;
  PzMemory *memory;
  PzTransfer *transfer;
  PzKernels *kernels;
  char *fingerprint; /* see pz_pipeline_cache_path (); NULL = not computed yet */
  VkCommandPool pool; /* for all recordings */
  GPtrArray *scratch; /* of PzScratch in use */
  gdouble *pace; /* by kernel */
  PzWatch watch;
};

G_END_DECLS
