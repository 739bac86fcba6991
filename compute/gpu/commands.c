/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/commands.h"

#include "compute/gpu/gpu-private.h"
#include "compute/gpu/pipeline.h"

struct _PzCommands
{
  PzGpu *gpu;
  VkCommandBuffer handle;
  VkQueryPool queries;
  guint n_timestamps;
};

/* All recordings share one VkCommandPool, because they are rarely created and freed. */
PzCommands *
pz_commands_new (PzGpu *gpu, guint n_timestamps, GError **error)
{
  PzCommands *self = g_new0 (PzCommands, 1);
  VkCommandBufferAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = gpu->pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  VkQueryPoolCreateInfo queries = {
    .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
    .queryType = VK_QUERY_TYPE_TIMESTAMP,
    .queryCount = n_timestamps,
  };

  self->gpu = gpu;
  if (gpu->timestamp_mask != 0)
    self->n_timestamps = n_timestamps;
  if (!pz_gpu_ok (gpu, gpu->vk.AllocateCommandBuffers (gpu->device, &allocate, &self->handle),
                  "allocate a command buffer", error)
      || (self->n_timestamps > 0
          && !pz_gpu_ok (gpu,
                         gpu->vk.CreateQueryPool (gpu->device, &queries, NULL, &self->queries),
                         "create timestamps", error)))
    g_clear_pointer (&self, pz_commands_free);
  return self;
}

void
pz_commands_free (PzCommands *self)
{
  if (self == NULL || self->gpu->queue.hung)
    return;
  if (self->handle != VK_NULL_HANDLE)
    self->gpu->vk.FreeCommandBuffers (self->gpu->device, self->gpu->pool, 1, &self->handle);
  if (self->queries != VK_NULL_HANDLE)
    self->gpu->vk.DestroyQueryPool (self->gpu->device, self->queries, NULL);
  g_free (self);
}

gboolean
pz_commands_begin (PzCommands *self, GError **error)
{
  VkCommandBufferBeginInfo info = { .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO };

  return pz_gpu_ok (self->gpu, self->gpu->vk.BeginCommandBuffer (self->handle, &info),
                    "begin a recording", error);
}

void
pz_commands_barrier (PzCommands *self, PzBarrier barrier)
{
  static const struct
  {
    VkPipelineStageFlags from, to;
    VkAccessFlags writes, reads;
  } barriers[] = {
    [PZ_BARRIER_BEFORE] = {
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
      VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
      VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT,
    },
    [PZ_BARRIER_BETWEEN] = {
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
      VK_ACCESS_SHADER_WRITE_BIT,
      VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT,
    },
    [PZ_BARRIER_AFTER] = {
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
      VK_PIPELINE_STAGE_TRANSFER_BIT | VK_PIPELINE_STAGE_HOST_BIT,
      VK_ACCESS_SHADER_WRITE_BIT,
      VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT | VK_ACCESS_HOST_READ_BIT,
    },
  };
  VkMemoryBarrier memory = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = barriers[barrier].writes,
    .dstAccessMask = barriers[barrier].reads,
  };

  self->gpu->vk.CmdPipelineBarrier (self->handle, barriers[barrier].from, barriers[barrier].to,
                                    0, 1, &memory, 0, NULL, 0, NULL);
}

void
pz_commands_bind (PzCommands *self,
                  const PzPipeline *pipeline,
                  gconstpointer args,
                  guint args_bytes)
{
  const PzVk *vk = &self->gpu->vk;

  vk->CmdBindPipeline (self->handle, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->handle);
  if (args_bytes > 0)
    vk->CmdPushConstants (self->handle, pipeline->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                          (args_bytes + 3) & ~3u, args);
}

void
pz_commands_dispatch (PzCommands *self, const guint base[3], const guint groups[3])
{
  self->gpu->vk.CmdDispatchBase (self->handle, base[0], base[1], base[2], groups[0], groups[1],
                                 groups[2]);
}

void
pz_commands_timestamp (PzCommands *self, guint index)
{
  if (index < self->n_timestamps)
    self->gpu->vk.CmdWriteTimestamp (self->handle, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                                     self->queries, index);
}

gboolean
pz_commands_end (PzCommands *self, GError **error)
{
  return pz_gpu_ok (self->gpu, self->gpu->vk.EndCommandBuffer (self->handle), "end a recording",
                    error);
}

gboolean
pz_commands_submit (PzCommands *self, guint64 *value, GError **error)
{
  if (self->n_timestamps > 0)
    self->gpu->vk.ResetQueryPool (self->gpu->device, self->queries, 0, self->n_timestamps);
  return pz_queue_submit (self->gpu, self->handle, value, error);
}

gboolean
pz_gpu_wait (PzGpu *gpu, guint64 value, GError **error)
{
  return pz_queue_wait (gpu, value, error);
}

void
pz_gpu_drain (PzGpu *gpu)
{
  pz_queue_drain (gpu);
}

gboolean
pz_commands_read_timestamps (PzCommands *self, guint64 ticks[])
{
  PzGpu *gpu = self->gpu;

  return self->n_timestamps > 0
         && gpu->vk.GetQueryPoolResults (gpu->device, self->queries, 0, self->n_timestamps,
                                         self->n_timestamps * sizeof ticks[0], ticks,
                                         sizeof ticks[0], VK_QUERY_RESULT_64_BIT)
              == VK_SUCCESS;
}

double
pz_gpu_seconds_between (PzGpu *gpu, guint64 from, guint64 to)
{
  return (double) ((to - from) & gpu->timestamp_mask) * gpu->info->limits.timestamp_period_ns
         / 1e9;
}
