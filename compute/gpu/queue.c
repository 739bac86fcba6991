/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"
#include "compute/gpu/hooks.h"

gboolean
pz_gpu_ok (PzGpu *gpu, VkResult result, const char *what, GError **error)
{
  if (result == VK_ERROR_DEVICE_LOST)
    gpu->queue.lost = TRUE;
  return pz_vk_ok (result, what, error);
}

gboolean
pz_queue_open (PzGpu *gpu, GError **error)
{
  VkSemaphoreTypeCreateInfo type = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
    .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
  };

  gpu->vk.GetDeviceQueue (gpu->device, gpu->queue_family, 0, &gpu->queue.handle);
  return pz_gpu_ok (gpu,
                    gpu->vk.CreateSemaphore (gpu->device,
                                             &(VkSemaphoreCreateInfo) {
                                               .sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                               .pNext = &type,
                                             },
                                             NULL, &gpu->queue.timeline),
                    "create a timeline semaphore", error);
}

void
pz_queue_close (PzGpu *gpu)
{
  gpu->vk.DestroySemaphore (gpu->device, gpu->queue.timeline, NULL);
}

gboolean
pz_gpu_check (PzGpu *gpu, GError **error)
{
  if (!gpu->queue.lost)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST,
               "the graphics device %s was lost and has to be opened anew", gpu->info->name);
  return FALSE;
}

gboolean
pz_queue_submit (PzGpu *gpu, VkCommandBuffer commands, guint64 *value, GError **error)
{
  guint64 next = gpu->queue.last + 1;
  VkTimelineSemaphoreSubmitInfo timeline = {
    .sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
    .signalSemaphoreValueCount = 1,
    .pSignalSemaphoreValues = &next,
  };
  VkSubmitInfo submit = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
    .pNext = &timeline,
    .commandBufferCount = 1,
    .pCommandBuffers = &commands,
    .signalSemaphoreCount = 1,
    .pSignalSemaphores = &gpu->queue.timeline,
  };

  if (gpu->queue.lose_after > 0 && --gpu->queue.lose_after == 0)
    gpu->queue.lost = TRUE;
  if (!pz_gpu_check (gpu, error))
    return FALSE;
  if (!pz_gpu_ok (gpu, gpu->vk.QueueSubmit (gpu->queue.handle, 1, &submit, VK_NULL_HANDLE),
                  "submit work", error))
    return FALSE;
  gpu->queue.last = next;
  *value = next;
  return TRUE;
}

gboolean
pz_queue_wait (PzGpu *gpu, guint64 value, GError **error)
{
  VkSemaphoreWaitInfo wait = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
    .semaphoreCount = 1,
    .pSemaphores = &gpu->queue.timeline,
    .pValues = &value,
  };

  if (!pz_gpu_check (gpu, error))
    return FALSE;
  if (value == 0)
    return TRUE;
  return pz_gpu_ok (gpu, gpu->vk.WaitSemaphores (gpu->device, &wait, G_MAXUINT64),
                    "finish its work", error);
}

void
pz_queue_drain (PzGpu *gpu)
{
  gpu->vk.DeviceWaitIdle (gpu->device);
}

void
pz_gpu_pretend_lost (PzGpu *gpu, guint after_submits)
{
  gpu->queue.lose_after = after_submits + 1;
}
