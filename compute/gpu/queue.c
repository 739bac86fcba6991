/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"
#include "compute/gpu/hooks.h"

/* A submit takes a fraction of a second, so one that takes this long never ends. Some systems have a watchdog of about ten
 * seconds, others have none. */
#define PATIENCE_NS ((guint64) 120 * 1000 * 1000 * 1000)

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

  gpu->queue.patience_ns = PATIENCE_NS;
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
  if (!gpu->queue.swallows
      && !pz_gpu_ok (gpu, gpu->vk.QueueSubmit (gpu->queue.handle, 1, &submit, VK_NULL_HANDLE),
                     "submit work", error))
    return FALSE;
  gpu->queue.last = next;
  *value = next;
  return TRUE;
}

/* Waits at most patience_ns. */
static VkResult
wait_for (PzGpu *gpu, guint64 value)
{
  VkSemaphoreWaitInfo wait = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
    .semaphoreCount = 1,
    .pSemaphores = &gpu->queue.timeline,
    .pValues = &value,
  };
  const VkResult result = gpu->vk.WaitSemaphores (gpu->device, &wait, gpu->queue.patience_ns);

  if (result == VK_TIMEOUT)
    gpu->queue.hung = gpu->queue.lost = TRUE;
  return result;
}

gboolean
pz_queue_wait (PzGpu *gpu, guint64 value, GError **error)
{
  VkResult result;

  if (!pz_gpu_check (gpu, error))
    return FALSE;
  if (value == 0)
    return TRUE;
  result = wait_for (gpu, value);
  if (result != VK_TIMEOUT)
    return pz_gpu_ok (gpu, result, "finish its work", error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_DEVICE_LOST,
               "%s (%s): the graphics driver hangs: expected it to finish its work within %g "
               "seconds",
               gpu->info->name, gpu->info->driver, (gdouble) gpu->queue.patience_ns / 1e9);
  return FALSE;
}

void
pz_queue_drain (PzGpu *gpu)
{
  if (!gpu->queue.hung && gpu->queue.last > 0)
    wait_for (gpu, gpu->queue.last);
}

void
pz_gpu_pretend_hung (PzGpu *gpu, guint64 patience_ns)
{
  gpu->queue.patience_ns = patience_ns;
  gpu->queue.swallows = TRUE;
}

void
pz_gpu_pretend_lost (PzGpu *gpu, guint after_submits)
{
  gpu->queue.lose_after = after_submits + 1;
}
