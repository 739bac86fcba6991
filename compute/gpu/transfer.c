/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"

#include <string.h>

#define N_SLOTS 3
#define SLOT_BYTES ((guint64) 4 << 20)

typedef struct
{
  PzSlice staging;
  VkCommandBuffer commands;
  guint64 value; /* of its last submit */
} Slot;

/* Destination of a piece of a read that is in flight. */
typedef struct
{
  guint8 *to;
  guint64 bytes;
} Arrival;

struct _PzTransfer
{
  PzGpu *gpu;
  VkCommandPool pool;
  Slot slots[N_SLOTS];
  guint next;
};

PzTransfer *
pz_transfer_new (PzGpu *gpu, GError **error)
{
  PzTransfer *self = g_new0 (PzTransfer, 1);
  VkCommandPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
    .queueFamilyIndex = gpu->queue_family,
  };
  VkCommandBuffer commands[N_SLOTS];

  self->gpu = gpu;
  if (!pz_gpu_ok (gpu, gpu->vk.CreateCommandPool (gpu->device, &pool, NULL, &self->pool),
                  "create a command pool", error)
      || !pz_gpu_ok (gpu,
                     gpu->vk.AllocateCommandBuffers (
                       gpu->device,
                       &(VkCommandBufferAllocateInfo) {
                         .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                         .commandPool = self->pool,
                         .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                         .commandBufferCount = N_SLOTS,
                       },
                       commands),
                     "allocate command buffers", error))
    {
      pz_transfer_free (self);
      return NULL;
    }
  for (guint i = 0; i < N_SLOTS; i++)
    self->slots[i].commands = commands[i];
  return self;
}

void
pz_transfer_free (PzTransfer *self)
{
  if (self == NULL)
    return;
  pz_transfer_wait (self);
  for (guint i = 0; i < N_SLOTS; i++)
    pz_memory_give (self->gpu->memory, &self->slots[i].staging);
  if (self->pool != VK_NULL_HANDLE)
    self->gpu->vk.DestroyCommandPool (self->gpu->device, self->pool, NULL);
  g_free (self);
}

void
pz_transfer_wait (PzTransfer *self)
{
  for (guint i = 0; i < N_SLOTS; i++)
    {
      if (self->slots[i].value != 0 && !pz_queue_wait (self->gpu, self->slots[i].value, NULL))
        pz_queue_drain (self->gpu);
      self->slots[i].value = 0;
    }
}

/* Waits until the next slot is idle and returns it. Its staging memory is allocated when first needed, so devices with mapped
 * memory never allocate it. */
static Slot *
next_slot (PzTransfer *self, gboolean with_staging, GError **error)
{
  Slot *slot = &self->slots[self->next];

  if (!pz_queue_wait (self->gpu, slot->value, error))
    return NULL;
  slot->value = 0;
  if (with_staging && slot->staging.block == NULL
      && !pz_memory_take (self->gpu->memory, PZ_MEMORY_STAGING, SLOT_BYTES, "the staging ring",
                          &slot->staging, error))
    return NULL;
  self->next = (self->next + 1) % N_SLOTS;
  return slot;
}

/* Makes earlier work visible to the copy, and the copy visible to later work. */
static void
barrier (PzTransfer *self, Slot *slot)
{
  VkMemoryBarrier all = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT,
  };

  self->gpu->vk.CmdPipelineBarrier (slot->commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                    VK_PIPELINE_STAGE_ALL_COMMANDS_BIT
                                      | VK_PIPELINE_STAGE_HOST_BIT,
                                    0, 1, &all, 0, NULL, 0, NULL);
}

static gboolean
begin (PzTransfer *self, Slot *slot, GError **error)
{
  VkCommandBufferBeginInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };

  if (!pz_gpu_ok (self->gpu, self->gpu->vk.BeginCommandBuffer (slot->commands, &info),
                  "record a copy", error))
    return FALSE;
  barrier (self, slot);
  return TRUE;
}

static gboolean
end (PzTransfer *self, Slot *slot, GError **error)
{
  barrier (self, slot);
  return pz_gpu_ok (self->gpu, self->gpu->vk.EndCommandBuffer (slot->commands), "record a copy",
                    error)
         && pz_queue_submit (self->gpu, slot->commands, &slot->value, error);
}

static gboolean
copy (PzTransfer *self,
      Slot *slot,
      const PzSlice *from,
      guint64 from_offset,
      const PzSlice *to,
      guint64 to_offset,
      guint64 bytes,
      GError **error)
{
  VkBufferCopy region = {
    .srcOffset = from->offset + from_offset,
    .dstOffset = to->offset + to_offset,
    .size = bytes,
  };

  if (!begin (self, slot, error))
    return FALSE;
  self->gpu->vk.CmdCopyBuffer (slot->commands, from->block->buffer, to->block->buffer, 1,
                               &region);
  return end (self, slot, error);
}

gboolean
pz_transfer_write (PzTransfer *self,
                   const PzSlice *to,
                   guint64 offset,
                   gconstpointer data,
                   guint64 bytes,
                   GCancellable *cancellable,
                   GError **error)
{
  for (guint64 done = 0; done < bytes;)
    {
      guint64 piece = MIN (bytes - done, SLOT_BYTES);
      Slot *slot;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      slot = next_slot (self, TRUE, error);
      if (slot == NULL)
        return FALSE;
      memcpy (slot->staging.block->mapped + slot->staging.offset, (const guint8 *) data + done,
              piece);
      if (!pz_memory_flush (self->gpu->memory, &slot->staging, 0, piece, error)
          || !copy (self, slot, &slot->staging, 0, to, offset + done, piece, error))
        return FALSE;
      done += piece;
    }
  return TRUE;
}

static gboolean
arrive (PzTransfer *self, Slot *slot, Arrival *arrival, GError **error)
{
  if (arrival->bytes == 0)
    return TRUE;
  if (!pz_queue_wait (self->gpu, slot->value, error)
      || !pz_memory_invalidate (self->gpu->memory, &slot->staging, 0, arrival->bytes, error))
    return FALSE;
  memcpy (arrival->to, slot->staging.block->mapped + slot->staging.offset, arrival->bytes);
  arrival->bytes = 0;
  return TRUE;
}

gboolean
pz_transfer_read (PzTransfer *self,
                  const PzSlice *from,
                  guint64 offset,
                  gpointer data,
                  guint64 bytes,
                  GCancellable *cancellable,
                  GError **error)
{
  Arrival arrivals[N_SLOTS] = { 0 };

  for (guint64 done = 0; done < bytes;)
    {
      guint64 piece = MIN (bytes - done, SLOT_BYTES);
      guint i = self->next;
      Slot *slot;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !arrive (self, &self->slots[i], &arrivals[i], error))
        return FALSE;
      slot = next_slot (self, TRUE, error);
      if (slot == NULL
          || !copy (self, slot, from, offset + done, &slot->staging, 0, piece, error))
        return FALSE;
      arrivals[i] = (Arrival) { (guint8 *) data + done, piece };
      done += piece;
    }
  for (guint i = 0; i < N_SLOTS; i++)
    if (!arrive (self, &self->slots[i], &arrivals[i], error))
      return FALSE;
  return TRUE;
}

gboolean
pz_transfer_fill (PzTransfer *self, const PzSlice *slice, guint32 pattern, GError **error)
{
  Slot *slot = next_slot (self, FALSE, error);

  if (slot == NULL || !begin (self, slot, error))
    return FALSE;
  self->gpu->vk.CmdFillBuffer (slot->commands, slice->block->buffer, slice->offset,
                               slice->bytes, pattern);
  return end (self, slot, error) && pz_queue_wait (self->gpu, slot->value, error);
}
