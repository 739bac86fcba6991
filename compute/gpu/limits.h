/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Properties of a physical device: required features, limits that callers depend on, and optional features to enable.
 * Thread: any; there is no state.
 */
#pragma once

#include "compute/gpu/instance.h"

G_BEGIN_DECLS

/* Chained feature structs, queried from the device and passed to vkCreateDevice () in the same layout. */
typedef struct
{
  VkPhysicalDeviceFeatures2 core;
  VkPhysicalDeviceVulkan11Features v11;
  VkPhysicalDeviceVulkan12Features v12;
  VkPhysicalDeviceSubgroupSizeControlFeatures size_control;
  VkPhysicalDeviceMaintenance4Features maintenance4;
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR coop;
} PzFeatures;

/* Optional features, each including its prerequisites. */
typedef struct
{
  gboolean size_control; /* a pipeline can require a subgroup size */
  gboolean full_subgroups;
  gboolean memory_budget;
  gboolean coop;
} PzAbilities;

/* The highest Vulkan version, up to 1.3, that both the loader and the device support. */
guint32 pz_limits_version (const PzVk *vk, VkPhysicalDevice device);

/* Fills info except for its index. Never fails: missing features are listed in info->missing. */
void pz_limits_fill (const PzVk *vk,
                     VkPhysicalDevice device,
                     PzGpuInfo *info,
                     PzAbilities *abilities);

/* Names of the missing required features. (transfer full) */
GStrv pz_limits_missing (const PzFeatures *features,
                         VkSubgroupFeatureFlags operations,
                         VkShaderStageFlags stages);

/* Fills *wanted with the features to enable on a usable device, chained, and *extensions with their names (static strings; room
 * for 8). Returns the number of extensions. */
guint pz_limits_wanted (const PzVk *vk,
                        VkPhysicalDevice device,
                        const PzAbilities *abilities,
                        PzFeatures *wanted,
                        const char *extensions[8]);

/* Free bytes of the largest device-local heap, as the driver reports them now. */
guint64 pz_limits_free_bytes (const PzVk *vk, VkPhysicalDevice device, gboolean memory_budget);

G_END_DECLS
