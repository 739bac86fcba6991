/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/limits.h"

#include <string.h>

#define FEATURE(member) offsetof (PzFeatures, member)

/* The required features, by their Vulkan names. */
static const struct
{
  const char *name;
  gsize offset;
} floor_features[] = {
  { "shaderInt64", FEATURE (core.features.shaderInt64) },
  { "storageBuffer16BitAccess", FEATURE (v11.storageBuffer16BitAccess) },
  { "bufferDeviceAddress", FEATURE (v12.bufferDeviceAddress) },
  { "timelineSemaphore", FEATURE (v12.timelineSemaphore) },
  { "hostQueryReset", FEATURE (v12.hostQueryReset) },
};

static const struct
{
  const char *name;
  VkSubgroupFeatureFlags bit;
} floor_subgroup[] = {
  { "subgroup operations (basic)", VK_SUBGROUP_FEATURE_BASIC_BIT },
};

/* Enabled if supported, for optional kernels. */
static const gsize optional_features[] = {
  FEATURE (core.features.shaderInt16),
  FEATURE (v11.uniformAndStorageBuffer16BitAccess),
  FEATURE (v12.shaderFloat16),
  FEATURE (v12.shaderInt8),
  FEATURE (v12.storageBuffer8BitAccess),
  FEATURE (v12.scalarBlockLayout),
  FEATURE (v12.vulkanMemoryModel),
  FEATURE (v12.vulkanMemoryModelDeviceScope),
  FEATURE (v12.shaderSubgroupExtendedTypes),
};

static VkBool32 *
feature_at (PzFeatures *features, gsize offset)
{
  return (VkBool32 *) ((char *) features + offset);
}

static gboolean
has_extension (const PzVk *vk, VkPhysicalDevice device, const char *name)
{
  guint32 n = 0;
  g_autofree VkExtensionProperties *list = NULL;

  vk->EnumerateDeviceExtensionProperties (device, NULL, &n, NULL);
  list = g_new0 (VkExtensionProperties, n + 1);
  vk->EnumerateDeviceExtensionProperties (device, NULL, &n, list);
  for (guint32 i = 0; i < n; i++)
    if (g_str_equal (list[i].extensionName, name))
      return TRUE;
  return FALSE;
}

guint32
pz_limits_version (const PzVk *vk, VkPhysicalDevice device)
{
  VkPhysicalDeviceProperties properties;
  guint32 loader = VK_API_VERSION_1_1;

  vk->EnumerateInstanceVersion (&loader);
  vk->GetPhysicalDeviceProperties (device, &properties);
  return MIN (properties.apiVersion, MIN (loader, VK_API_VERSION_1_3));
}

/* Chains the structs that the device supports; the others stay zero, which means absent. */
static void
chain_features (PzFeatures *f, const PzAbilities *abilities, gboolean maintenance4)
{
  void **tail = &f->core.pNext;

  *f = (PzFeatures) {
    .core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
    .v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
    .size_control.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES,
    .maintenance4.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_FEATURES,
    .coop.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
  };
  *tail = &f->v11;
  tail = &f->v11.pNext;
  *tail = &f->v12;
  tail = &f->v12.pNext;
  if (abilities->size_control)
    {
      *tail = &f->size_control;
      tail = &f->size_control.pNext;
    }
  if (maintenance4)
    {
      *tail = &f->maintenance4;
      tail = &f->maintenance4.pNext;
    }
  if (abilities->coop)
    *tail = &f->coop;
}

GStrv
pz_limits_missing (const PzFeatures *features,
                   VkSubgroupFeatureFlags operations,
                   VkShaderStageFlags stages)
{
  GStrvBuilder *missing = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (floor_features); i++)
    if (!*feature_at ((PzFeatures *) features, floor_features[i].offset))
      g_strv_builder_add (missing, floor_features[i].name);
  for (guint i = 0; i < G_N_ELEMENTS (floor_subgroup); i++)
    if ((operations & floor_subgroup[i].bit) == 0
        || (stages & VK_SHADER_STAGE_COMPUTE_BIT) == 0)
      g_strv_builder_add (missing, floor_subgroup[i].name);
  return g_strv_builder_unref_to_strv (missing);
}

/* Chooses a cooperative matrix shape among those of f16 x f16 -> f32 and subgroup scope: 16 x 16 x 16 if available, else the
 * largest. */
static void
fill_coop (const PzVk *vk, VkPhysicalDevice device, PzGpuLimits *limits)
{
  guint32 n = 0;
  guint64 best = 0;
  g_autofree VkCooperativeMatrixPropertiesKHR *list = NULL;

  vk->GetPhysicalDeviceCooperativeMatrixPropertiesKHR (device, &n, NULL);
  list = g_new0 (VkCooperativeMatrixPropertiesKHR, n + 1);
  for (guint32 i = 0; i < n; i++)
    list[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  vk->GetPhysicalDeviceCooperativeMatrixPropertiesKHR (device, &n, list);

  for (guint32 i = 0; i < n; i++)
    {
      const VkCooperativeMatrixPropertiesKHR *p = &list[i];
      gboolean square = p->MSize == 16 && p->NSize == 16 && p->KSize == 16;
      guint64 rank = square ? G_MAXUINT64 : (guint64) p->MSize * p->NSize * p->KSize;

      if (p->scope != VK_SCOPE_SUBGROUP_KHR || p->AType != VK_COMPONENT_TYPE_FLOAT16_KHR
          || p->BType != VK_COMPONENT_TYPE_FLOAT16_KHR
          || p->CType != VK_COMPONENT_TYPE_FLOAT32_KHR
          || p->ResultType != VK_COMPONENT_TYPE_FLOAT32_KHR || p->saturatingAccumulation
          || rank <= best)
        continue;
      best = rank;
      limits->coop_m = p->MSize;
      limits->coop_n = p->NSize;
      limits->coop_k = p->KSize;
      limits->coop_subgroup_size = limits->subgroup_size;
    }
}

static void
fill_memory (const PzVk *vk,
             VkPhysicalDevice device,
             gboolean memory_budget,
             PzGpuLimits *limits)
{
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
  };

  vk->GetPhysicalDeviceMemoryProperties2 (device, &memory);
  for (guint32 i = 0; i < memory.memoryProperties.memoryHeapCount; i++)
    if (memory.memoryProperties.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
      limits->memory_bytes =
        MAX (limits->memory_bytes, memory.memoryProperties.memoryHeaps[i].size);
  limits->free_bytes = pz_limits_free_bytes (vk, device, memory_budget);
}

guint64
pz_limits_free_bytes (const PzVk *vk, VkPhysicalDevice device, gboolean memory_budget)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = memory_budget ? &budget : NULL,
  };
  guint64 largest = 0;
  guint64 free_bytes = 0;

  vk->GetPhysicalDeviceMemoryProperties2 (device, &memory);
  for (guint32 i = 0; i < memory.memoryProperties.memoryHeapCount; i++)
    {
      const VkMemoryHeap *heap = &memory.memoryProperties.memoryHeaps[i];

      if ((heap->flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) == 0 || heap->size <= largest)
        continue;
      largest = heap->size;
      free_bytes = heap->size;
      if (memory_budget)
        free_bytes = budget.heapBudget[i] - MIN (budget.heapUsage[i], budget.heapBudget[i]);
    }
  return free_bytes;
}

static void
fill_limits (const VkPhysicalDeviceProperties *properties,
             const VkPhysicalDeviceVulkan11Properties *v11,
             const VkPhysicalDeviceMaintenance4Properties *m4,
             PzGpuLimits *limits)
{
  const VkPhysicalDeviceLimits *l = &properties->limits;

  limits->max_allocation_bytes = v11->maxMemoryAllocationSize;
  if (m4->maxBufferSize != 0)
    limits->max_allocation_bytes = MIN (limits->max_allocation_bytes, m4->maxBufferSize);
  limits->subgroup_size = v11->subgroupSize;
  limits->min_subgroup_size = v11->subgroupSize;
  limits->max_subgroup_size = v11->subgroupSize;
  limits->max_workgroup_invocations = l->maxComputeWorkGroupInvocations;
  memcpy (limits->max_workgroup_size, l->maxComputeWorkGroupSize,
          sizeof limits->max_workgroup_size);
  memcpy (limits->max_workgroup_count, l->maxComputeWorkGroupCount,
          sizeof limits->max_workgroup_count);
  limits->max_shared_bytes = l->maxComputeSharedMemorySize;
  limits->max_push_bytes = l->maxPushConstantsSize;
  limits->timestamp_period_ns = (gdouble) l->timestampPeriod;
}

static PzGpuKind
kind_of (VkPhysicalDeviceType type)
{
  static const PzGpuKind kinds[] = {
    [VK_PHYSICAL_DEVICE_TYPE_OTHER] = PZ_GPU_VIRTUAL,
    [VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU] = PZ_GPU_INTEGRATED,
    [VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU] = PZ_GPU_DISCRETE,
    [VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU] = PZ_GPU_VIRTUAL,
    [VK_PHYSICAL_DEVICE_TYPE_CPU] = PZ_GPU_SOFTWARE,
  };

  return (guint) type < G_N_ELEMENTS (kinds) ? kinds[type] : PZ_GPU_VIRTUAL;
}

/* Queries a device of Vulkan 1.2 or newer. */
static void
fill_modern (const PzVk *vk, VkPhysicalDevice device, PzGpuInfo *info, PzAbilities *abilities)
{
  gboolean v13 = pz_limits_version (vk, device) >= VK_API_VERSION_1_3;
  VkPhysicalDeviceMaintenance4Properties m4 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES,
  };
  VkPhysicalDeviceSubgroupSizeControlProperties sizes = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES,
    .pNext = v13 ? &m4 : NULL,
  };
  VkPhysicalDeviceVulkan11Properties v11 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES,
  };
  VkPhysicalDeviceVulkan12Properties v12 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES,
    .pNext = &v11,
  };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = &v12,
  };
  PzFeatures features;

  abilities->size_control =
    v13 || has_extension (vk, device, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
  abilities->memory_budget = has_extension (vk, device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  abilities->coop = has_extension (vk, device, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
  if (abilities->size_control)
    v11.pNext = &sizes;
  vk->GetPhysicalDeviceProperties2 (device, &properties);
  chain_features (&features, abilities, v13);
  vk->GetPhysicalDeviceFeatures2 (device, &features.core);

  info->missing =
    pz_limits_missing (&features, v11.subgroupSupportedOperations, v11.subgroupSupportedStages);
  fill_limits (&properties.properties, &v11, &m4, &info->limits);
  fill_memory (vk, device, abilities->memory_budget, &info->limits);
  memcpy (info->uuid, v11.deviceUUID, sizeof info->uuid);
  info->driver = g_strdup_printf ("%s %s", v12.driverName, v12.driverInfo);
  info->limits.f16_arithmetic = features.v12.shaderFloat16;

  abilities->size_control = features.size_control.subgroupSizeControl
                            && (sizes.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT);
  abilities->full_subgroups =
    abilities->size_control && features.size_control.computeFullSubgroups;
  if (abilities->size_control)
    {
      info->limits.min_subgroup_size = sizes.minSubgroupSize;
      info->limits.max_subgroup_size = sizes.maxSubgroupSize;
    }
  abilities->coop = features.coop.cooperativeMatrix && features.v12.vulkanMemoryModel
                    && features.v12.shaderFloat16;
  if (abilities->coop)
    fill_coop (vk, device, &info->limits);
  info->limits.splits_loads = info->kind == PZ_GPU_SOFTWARE;
  info->limits.prefer_coop = info->limits.coop_m != 0 && info->kind != PZ_GPU_SOFTWARE;
}

void
pz_limits_fill (const PzVk *vk,
                VkPhysicalDevice device,
                PzGpuInfo *info,
                PzAbilities *abilities)
{
  VkPhysicalDeviceProperties properties;
  guint32 version = pz_limits_version (vk, device);

  *abilities = (PzAbilities) { 0 };
  vk->GetPhysicalDeviceProperties (device, &properties);
  info->name = g_strdup (properties.deviceName);
  info->kind = kind_of (properties.deviceType);
  if (version >= VK_API_VERSION_1_2)
    fill_modern (vk, device, info, abilities);
  else
    {
      info->driver = g_strdup_printf ("%u", properties.driverVersion);
      info->missing = g_new0 (char *, 2);
      info->missing[0] =
        g_strdup_printf ("Vulkan 1.2 (it has %u.%u)", VK_API_VERSION_MAJOR (version),
                         VK_API_VERSION_MINOR (version));
    }
}

guint
pz_limits_wanted (const PzVk *vk,
                  VkPhysicalDevice device,
                  const PzAbilities *abilities,
                  PzFeatures *wanted,
                  const char *extensions[8])
{
  gboolean v13 = pz_limits_version (vk, device) >= VK_API_VERSION_1_3;
  PzFeatures there;
  guint n = 0;

  chain_features (&there, abilities, v13);
  vk->GetPhysicalDeviceFeatures2 (device, &there.core);
  chain_features (wanted, abilities, v13);
  for (guint i = 0; i < G_N_ELEMENTS (floor_features); i++)
    *feature_at (wanted, floor_features[i].offset) = VK_TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (optional_features); i++)
    *feature_at (wanted, optional_features[i]) = *feature_at (&there, optional_features[i]);
  wanted->size_control.subgroupSizeControl = (VkBool32) abilities->size_control;
  wanted->size_control.computeFullSubgroups = (VkBool32) abilities->full_subgroups;
  wanted->maintenance4.maintenance4 = there.maintenance4.maintenance4;
  wanted->coop.cooperativeMatrix = (VkBool32) abilities->coop;

  if (abilities->size_control && !v13)
    extensions[n++] = VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME;
  if (abilities->memory_budget)
    extensions[n++] = VK_EXT_MEMORY_BUDGET_EXTENSION_NAME;
  if (abilities->coop)
    extensions[n++] = VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME;
  return n;
}
