/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"
#include "compute/gpu/hooks.h"

#define MIB ((guint64) 1 << 20)

/* A new block is as large as its arena, within these limits, so that arenas double. A larger request gets a block of its own
 * size. */
static const struct
{
  guint64 min_block;
  guint64 max_block;
} block_sizes[PZ_N_MEMORIES] = {
  [PZ_MEMORY_WEIGHTS] = { 4 * MIB, 64 * MIB },
  [PZ_MEMORY_STATE] = { 1 * MIB, 64 * MIB },
  [PZ_MEMORY_KNOBS] = { MIB / 16, MIB / 16 },
  [PZ_MEMORY_SCRATCH] = { 0, 0 },
  [PZ_MEMORY_STAGING] = { 0, 0 },
};

/* Types that need features that are not enabled, or that have no backing memory. */
#define REFUSED \
  (VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT | VK_MEMORY_PROPERTY_PROTECTED_BIT \
   | VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD | VK_MEMORY_PROPERTY_DEVICE_UNCACHED_BIT_AMD \
   | VK_MEMORY_PROPERTY_RDMA_CAPABLE_BIT_NV)

struct _PzMemory
{
  PzGpu *gpu;
  VkPhysicalDeviceMemoryProperties types;
  guint32 type[PZ_N_MEMORIES];
  guint64 atom_bytes; /* nonCoherentAtomSize */
  guint64 limit_bytes;
  GPtrArray *blocks; /* of PzBlock */
  guint64 held_bytes[PZ_N_MEMORIES];
  guint64 used_bytes;
  guint64 peak_bytes;
};

/* Chooses the memory type with all flags of `needed` and most of `liked` (earlier ones count more); ties go to the largest
 * heap. */
static gboolean
choose_type (const VkPhysicalDeviceMemoryProperties *types,
             guint32 allowed,
             VkMemoryPropertyFlags needed,
             const VkMemoryPropertyFlags liked[2],
             guint32 *chosen)
{
  guint64 best_heap = 0;
  guint best_rank = 0;
  gboolean found = FALSE;

  for (guint32 i = 0; i < types->memoryTypeCount; i++)
    {
      VkMemoryPropertyFlags flags = types->memoryTypes[i].propertyFlags;
      guint64 heap = types->memoryHeaps[types->memoryTypes[i].heapIndex].size;
      guint rank =
        ((flags & liked[0]) == liked[0] ? 2u : 0u) + ((flags & liked[1]) == liked[1] ? 1u : 0u);

      if ((allowed & (1u << i)) == 0 || (flags & needed) != needed || (flags & REFUSED) != 0)
        continue;
      if (!found || rank > best_rank || (rank == best_rank && heap > best_heap))
        {
          found = TRUE;
          best_rank = rank;
          best_heap = heap;
          *chosen = i;
        }
    }
  return found;
}

/* Chooses device-local memory on the largest such heap, because a small host-visible window is unsuitable for weights. */
static gboolean
choose_device_type (const VkPhysicalDeviceMemoryProperties *types,
                    guint32 allowed,
                    guint32 *chosen)
{
  static const VkMemoryPropertyFlags liked[2] = {
    VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
    VK_MEMORY_PROPERTY_HOST_CACHED_BIT,
  };
  guint64 largest = 0;
  guint32 on_largest = 0;

  for (guint32 i = 0; i < types->memoryHeapCount; i++)
    if (types->memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
      largest = MAX (largest, types->memoryHeaps[i].size);
  for (guint32 i = 0; i < types->memoryTypeCount; i++)
    if (types->memoryHeaps[types->memoryTypes[i].heapIndex].size == largest)
      on_largest |= 1u << i;
  return choose_type (types, allowed & on_largest, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, liked,
                      chosen);
}

static VkBufferCreateInfo
buffer_info (guint64 bytes)
{
  return (VkBufferCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = bytes,
    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT
             | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
  };
}

static gboolean
choose_types (PzMemory *self, GError **error)
{
  static const VkMemoryPropertyFlags knobs_liked[2] = { VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT,
                                                        VK_MEMORY_PROPERTY_HOST_COHERENT_BIT };
  static const VkMemoryPropertyFlags staging_liked[2] = {
    VK_MEMORY_PROPERTY_HOST_CACHED_BIT, VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
  };
  PzGpu *gpu = self->gpu;
  VkBufferCreateInfo info = buffer_info (PZ_SLICE_ALIGNMENT);
  VkMemoryRequirements needs;
  VkBuffer probe;
  guint32 device_type = 0;

  if (!pz_gpu_ok (gpu, gpu->vk.CreateBuffer (gpu->device, &info, NULL, &probe),
                  "create a buffer", error))
    return FALSE;
  gpu->vk.GetBufferMemoryRequirements (gpu->device, probe, &needs);
  gpu->vk.DestroyBuffer (gpu->device, probe, NULL);

  if (!choose_device_type (&self->types, needs.memoryTypeBits, &device_type)
      || !choose_type (&self->types, needs.memoryTypeBits, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT,
                       knobs_liked, &self->type[PZ_MEMORY_KNOBS])
      || !choose_type (&self->types, needs.memoryTypeBits, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT,
                       staging_liked, &self->type[PZ_MEMORY_STAGING]))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "%s offers no memory for storage buffers", gpu->info->name);
      return FALSE;
    }
  self->type[PZ_MEMORY_WEIGHTS] = device_type;
  self->type[PZ_MEMORY_STATE] = device_type;
  self->type[PZ_MEMORY_SCRATCH] = device_type;
  if (gpu->staged)
    self->type[PZ_MEMORY_KNOBS] = device_type;
  return TRUE;
}

PzMemory *
pz_memory_new (PzGpu *gpu, guint64 memory_limit_bytes, GError **error)
{
  PzMemory *self = g_new0 (PzMemory, 1);
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
  };
  VkPhysicalDeviceProperties properties;

  self->gpu = gpu;
  self->limit_bytes = memory_limit_bytes;
  self->blocks = g_ptr_array_new ();
  gpu->vk.GetPhysicalDeviceMemoryProperties2 (gpu->physical, &memory);
  gpu->vk.GetPhysicalDeviceProperties (gpu->physical, &properties);
  self->types = memory.memoryProperties;
  self->atom_bytes = properties.limits.nonCoherentAtomSize;
  if (!choose_types (self, error))
    {
      pz_memory_free (self);
      return NULL;
    }
  return self;
}

static void
block_free (PzMemory *self, PzBlock *block)
{
  PzGpu *gpu = self->gpu;

  if (gpu->queue.hung) /* the device may still write to it */
    return;
  if (block->buffer != VK_NULL_HANDLE)
    gpu->vk.DestroyBuffer (gpu->device, block->buffer, NULL);
  if (block->memory != VK_NULL_HANDLE)
    {
      gpu->vk.FreeMemory (gpu->device, block->memory, NULL);
      self->used_bytes -= block->bytes;
      self->held_bytes[block->use] -= block->bytes;
    }
  pz_extents_clear (&block->extents);
  g_free (block);
}

void
pz_memory_free (PzMemory *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->blocks->len; i++)
    block_free (self, self->blocks->pdata[i]);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

/* Maps host-visible memory. In staged mode, device memory stays unmapped and staging memory counts as non-coherent, so that
 * tests on a software driver cover the code path of other devices. */
static gboolean
block_map (PzMemory *self, PzBlock *block, GError **error)
{
  PzGpu *gpu = self->gpu;
  VkMemoryPropertyFlags flags = self->types.memoryTypes[self->type[block->use]].propertyFlags;

  if ((flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) == 0
      || (gpu->staged && block->use != PZ_MEMORY_STAGING))
    return TRUE;
  block->cached = (flags & VK_MEMORY_PROPERTY_HOST_CACHED_BIT) != 0;
  block->coherent = (flags & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT) != 0 && !gpu->staged;
  return pz_gpu_ok (gpu,
                    gpu->vk.MapMemory (gpu->device, block->memory, 0, VK_WHOLE_SIZE, 0,
                                       (void **) &block->mapped),
                    "map memory", error);
}

static gboolean
block_allocate (PzMemory *self, PzBlock *block, GError **error)
{
  PzGpu *gpu = self->gpu;
  VkBufferCreateInfo info = buffer_info (block->bytes);
  VkMemoryAllocateFlagsInfo flags = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO,
    .flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT,
  };
  VkMemoryAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
    .pNext = &flags,
    .memoryTypeIndex = self->type[block->use],
  };
  VkMemoryRequirements needs;

  if (!pz_gpu_ok (gpu, gpu->vk.CreateBuffer (gpu->device, &info, NULL, &block->buffer),
                  "create a buffer", error))
    return FALSE;
  gpu->vk.GetBufferMemoryRequirements (gpu->device, block->buffer, &needs);
  allocate.allocationSize = needs.size;
  if (!pz_gpu_ok (gpu, gpu->vk.AllocateMemory (gpu->device, &allocate, NULL, &block->memory),
                  "allocate memory", error))
    return FALSE;
  self->used_bytes += block->bytes;
  self->held_bytes[block->use] += block->bytes;
  if (!pz_gpu_ok (gpu, gpu->vk.BindBufferMemory (gpu->device, block->buffer, block->memory, 0),
                  "bind a buffer", error))
    return FALSE;
  block->address =
    gpu->vk.GetBufferDeviceAddress (gpu->device,
                                    &(VkBufferDeviceAddressInfo) {
                                      .sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO,
                                      .buffer = block->buffer,
                                    });
  return block_map (self, block, error);
}

/* Allocates a block; its size includes one alignment, to align the first slice. */
static PzBlock *
block_new (PzMemory *self, PzMemoryUse use, guint64 slice_bytes, GError **error)
{
  PzBlock *block = g_new0 (PzBlock, 1);
  guint64 skip;

  block->use = use;
  block->bytes = slice_bytes + PZ_SLICE_ALIGNMENT;
  if (!block_allocate (self, block, error))
    {
      block_free (self, block);
      return NULL;
    }
  skip = (PZ_SLICE_ALIGNMENT - block->address % PZ_SLICE_ALIGNMENT) % PZ_SLICE_ALIGNMENT;
  pz_extents_init (&block->extents, skip, slice_bytes);
  g_ptr_array_add (self->blocks, block);
  self->peak_bytes = MAX (self->peak_bytes, self->used_bytes);
  return block;
}

static void
refuse (PzMemory *self, const char *name, guint64 needed, guint64 available, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY,
               "%s needs %.1f MiB of device memory, %.1f MiB are free on %s", name,
               (gdouble) needed / (gdouble) MIB, (gdouble) available / (gdouble) MIB,
               self->gpu->info->name);
}

/* Allocates a block for the arena; only as large as required if memory is short or limited. */
static PzBlock *
grow (PzMemory *self, PzMemoryUse use, guint64 bytes, const char *name, GError **error)
{
  guint64 available = pz_memory_free_bytes (self);
  guint64 largest = self->gpu->info->limits.max_allocation_bytes;
  guint64 wanted =
    CLAMP (self->held_bytes[use], block_sizes[use].min_block, block_sizes[use].max_block);
  PzBlock *block = NULL;

  if (bytes + PZ_SLICE_ALIGNMENT > available || bytes + PZ_SLICE_ALIGNMENT > largest)
    {
      refuse (self, name, bytes, MIN (available, largest), error);
      return NULL;
    }
  wanted = MIN (wanted, largest - PZ_SLICE_ALIGNMENT);
  if (self->limit_bytes == 0 && wanted > bytes && wanted + PZ_SLICE_ALIGNMENT <= available)
    block = block_new (self, use, wanted, NULL);
  if (block == NULL)
    block = block_new (self, use, bytes, error);
  if (block == NULL)
    g_prefix_error (error, "%s needs %.1f MiB of device memory: ", name,
                    (gdouble) bytes / (gdouble) MIB);
  return block;
}

gboolean
pz_memory_take (PzMemory *self,
                PzMemoryUse use,
                guint64 bytes,
                const char *name,
                PzSlice *slice,
                GError **error)
{
  guint64 rounded;

  if (!g_uint64_checked_add (&rounded, MAX (bytes, 1), 2 * PZ_SLICE_ALIGNMENT - 1))
    {
      refuse (self, name, bytes, pz_memory_free_bytes (self), error);
      return FALSE;
    }
  rounded = (rounded - PZ_SLICE_ALIGNMENT) / PZ_SLICE_ALIGNMENT * PZ_SLICE_ALIGNMENT;
  *slice = (PzSlice) { .bytes = rounded };
  for (guint i = 0; i < self->blocks->len && slice->block == NULL; i++)
    {
      PzBlock *block = self->blocks->pdata[i];

      if (block->use == use && pz_extents_take (&block->extents, rounded, &slice->offset))
        slice->block = block;
    }
  if (slice->block == NULL)
    {
      slice->block = grow (self, use, rounded, name, error);
      if (slice->block == NULL)
        return FALSE;
      pz_extents_take (&slice->block->extents, rounded, &slice->offset);
    }
  slice->block->n_slices++;
  return TRUE;
}

void
pz_memory_give (PzMemory *self, PzSlice *slice)
{
  PzBlock *block = slice->block;

  if (block == NULL)
    return;
  pz_extents_give (&block->extents, slice->offset, slice->bytes);
  if (--block->n_slices == 0)
    {
      g_ptr_array_remove (self->blocks, block);
      block_free (self, block);
    }
  *slice = (PzSlice) { 0 };
}

guint64
pz_memory_used_bytes (const PzMemory *self)
{
  return self->used_bytes;
}

guint64
pz_memory_peak_bytes (const PzMemory *self)
{
  return self->peak_bytes;
}

guint64
pz_memory_free_bytes (const PzMemory *self)
{
  guint64 seen = pz_limits_free_bytes (&self->gpu->vk, self->gpu->physical,
                                       self->gpu->abilities.memory_budget);

  if (self->limit_bytes == 0)
    return seen;
  return MIN (seen, self->limit_bytes - MIN (self->limit_bytes, self->used_bytes));
}

static VkMappedMemoryRange
atoms (const PzMemory *self, const PzSlice *slice, guint64 offset, guint64 bytes)
{
  guint64 first = slice->offset + offset;
  guint64 end = first + bytes;

  first -= first % self->atom_bytes;
  end = (end + self->atom_bytes - 1) / self->atom_bytes * self->atom_bytes;
  return (VkMappedMemoryRange) {
    .sType = VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE,
    .memory = slice->block->memory,
    .offset = first,
    .size = end >= slice->block->bytes ? VK_WHOLE_SIZE : end - first,
  };
}

gboolean
pz_memory_flush (PzMemory *self,
                 const PzSlice *slice,
                 guint64 offset,
                 guint64 bytes,
                 GError **error)
{
  VkMappedMemoryRange range = atoms (self, slice, offset, bytes);
  PzGpu *gpu = self->gpu;

  return slice->block->coherent
         || pz_gpu_ok (gpu, gpu->vk.FlushMappedMemoryRanges (gpu->device, 1, &range),
                       "flush memory", error);
}

gboolean
pz_memory_invalidate (PzMemory *self,
                      const PzSlice *slice,
                      guint64 offset,
                      guint64 bytes,
                      GError **error)
{
  VkMappedMemoryRange range = atoms (self, slice, offset, bytes);
  PzGpu *gpu = self->gpu;

  return slice->block->coherent
         || pz_gpu_ok (gpu, gpu->vk.InvalidateMappedMemoryRanges (gpu->device, 1, &range),
                       "invalidate memory", error);
}

void
pz_gpu_set_memory_limit (PzGpu *gpu, guint64 limit_bytes)
{
  gpu->memory->limit_bytes = limit_bytes;
}

guint
pz_gpu_n_blocks (const PzGpu *gpu)
{
  return gpu->memory->blocks->len;
}
