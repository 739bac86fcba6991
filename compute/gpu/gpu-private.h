/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of PzGpu, private to compute/gpu.
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
  guint wanted_subgroup_size; /* of kernels that require none; 0 = the device's default */
  PzQueue queue;
  PzMemory *memory;
  PzTransfer *transfer;
  PzKernels *kernels;
  char *fingerprint; /* see pz_pipeline_cache_path (); NULL = not asked for yet */
  VkCommandPool pool; /* of all recordings */
  GPtrArray *scratch; /* of PzScratch in use */
  gdouble *pace; /* by kernel */
  PzWatch watch;
};

G_END_DECLS
