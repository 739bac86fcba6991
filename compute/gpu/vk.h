/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Vulkan functions that we call, in a table filled at run time. Only compute/gpu includes this.
 *
 * libvulkan is opened with dlopen (), so that a machine without it gets the error NO_DEVICE, not a missing library. Vulkan's
 * names keep their spelling without the prefix: vk->QueueSubmit ().
 * Thread: any.
 */
#pragma once

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

#include "compute/gpu.h"

G_BEGIN_DECLS

#define PZ_VK_GLOBAL(F) \
  F (CreateInstance) \
  F (EnumerateInstanceVersion) \
  F (EnumerateInstanceLayerProperties) \
  F (EnumerateInstanceExtensionProperties)

#define PZ_VK_INSTANCE(F) \
  F (DestroyInstance) \
  F (EnumeratePhysicalDevices) \
  F (EnumerateDeviceExtensionProperties) \
  F (GetPhysicalDeviceProperties) \
  F (GetPhysicalDeviceProperties2) \
  F (GetPhysicalDeviceFeatures2) \
  F (GetPhysicalDeviceMemoryProperties2) \
  F (GetPhysicalDeviceQueueFamilyProperties) \
  F (CreateDevice) \
  F (GetDeviceProcAddr)

/* NULL if the extension is missing. */
#define PZ_VK_INSTANCE_OPTIONAL(F) \
  F (CreateDebugUtilsMessengerEXT) \
  F (DestroyDebugUtilsMessengerEXT) \
  F (GetPhysicalDeviceCooperativeMatrixPropertiesKHR)

#define PZ_VK_DEVICE(F) \
  F (DestroyDevice) \
  F (DeviceWaitIdle) \
  F (GetDeviceQueue) \
  F (QueueSubmit) \
  F (CreateSemaphore) \
  F (DestroySemaphore) \
  F (WaitSemaphores) \
  F (GetSemaphoreCounterValue) \
  F (AllocateMemory) \
  F (FreeMemory) \
  F (MapMemory) \
  F (FlushMappedMemoryRanges) \
  F (InvalidateMappedMemoryRanges) \
  F (CreateBuffer) \
  F (DestroyBuffer) \
  F (GetBufferMemoryRequirements) \
  F (BindBufferMemory) \
  F (GetBufferDeviceAddress) \
  F (CreateShaderModule) \
  F (DestroyShaderModule) \
  F (CreatePipelineLayout) \
  F (DestroyPipelineLayout) \
  F (CreatePipelineCache) \
  F (GetPipelineCacheData) \
  F (DestroyPipelineCache) \
  F (CreateComputePipelines) \
  F (DestroyPipeline) \
  F (CreateQueryPool) \
  F (DestroyQueryPool) \
  F (ResetQueryPool) \
  F (GetQueryPoolResults) \
  F (CreateCommandPool) \
  F (DestroyCommandPool) \
  F (AllocateCommandBuffers) \
  F (FreeCommandBuffers) \
  F (BeginCommandBuffer) \
  F (EndCommandBuffer) \
  F (ResetCommandBuffer) \
  F (CmdBindPipeline) \
  F (CmdPushConstants) \
  F (CmdDispatchBase) \
  F (CmdPipelineBarrier) \
  F (CmdWriteTimestamp) \
  F (CmdCopyBuffer) \
  F (CmdFillBuffer)

typedef struct
{
  gpointer library;
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
#define PZ_VK_MEMBER(name) PFN_vk##name name;
  PZ_VK_GLOBAL (PZ_VK_MEMBER)
  PZ_VK_INSTANCE (PZ_VK_MEMBER)
  PZ_VK_INSTANCE_OPTIONAL (PZ_VK_MEMBER)
  PZ_VK_DEVICE (PZ_VK_MEMBER)
#undef PZ_VK_MEMBER
} PzVk;

/* Opens the loader and loads the functions that need no instance. Fails with NO_DEVICE. */
gboolean pz_vk_open (PzVk *vk, GError **error);
/* Load the functions of an instance and of a device. Fail with NO_DEVICE, naming the first missing function. */
gboolean pz_vk_load_instance (PzVk *vk, VkInstance instance, GError **error);
gboolean pz_vk_load_device (PzVk *vk, VkDevice device, GError **error);
void pz_vk_close (PzVk *vk);

/* The name of the constant, such as "VK_ERROR_DEVICE_LOST". */
const char *pz_vk_result_name (VkResult result);

/* TRUE for success. Otherwise sets an error that says what was attempted: GPU_MEMORY for the two out-of-memory results,
 * DEVICE_LOST, or else NO_DEVICE. */
gboolean pz_vk_ok (VkResult result, const char *what, GError **error);

G_END_DECLS
