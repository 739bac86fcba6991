/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Device memory: a few large blocks per arena, divided into slices.
 *
 * Every block is one allocation with one buffer and a device address. Free memory is queried before a block is allocated, so
 * that the error message can give needed and free bytes. Sizes and addresses of slices are multiples of PZ_SLICE_ALIGNMENT.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/extents.h"
#include "compute/gpu/vk.h"

G_BEGIN_DECLS

#define PZ_SLICE_ALIGNMENT 256

typedef enum
{
  PZ_MEMORY_WEIGHTS = PZ_ARENA_WEIGHTS,
  PZ_MEMORY_STATE = PZ_ARENA_STATE,
  PZ_MEMORY_KNOBS = PZ_ARENA_KNOBS,
  PZ_MEMORY_SCRATCH,
  PZ_MEMORY_STAGING,
  PZ_N_MEMORIES,
} PzMemoryUse;

typedef struct
{
  PzMemoryUse use;
  VkDeviceMemory memory;
  VkBuffer buffer;
  guint64 address; /* of byte 0 */
  guint64 bytes;
  guint8 *mapped; /* NULL = not visible to the host */
  gboolean cached; /* host reads are cached */
  gboolean coherent;
  PzExtents extents;
  guint n_slices;
} PzBlock;

typedef struct
{
  PzBlock *block;
  guint64 offset;
  guint64 bytes; /* rounded up */
} PzSlice;

typedef struct _PzMemory PzMemory;

/* Chooses memory types. memory_limit_bytes 0 = none. Fails with NO_DEVICE. */
PzMemory *pz_memory_new (PzGpu *gpu, guint64 memory_limit_bytes, GError **error);
/* All slices must have been returned. */
void pz_memory_free (PzMemory *memory);

/* `name` appears in the error message. Fails with GPU_MEMORY. */
gboolean pz_memory_take (PzMemory *memory,
                         PzMemoryUse use,
                         guint64 bytes,
                         const char *name,
                         PzSlice *slice,
                         GError **error);
/* The device must no longer use the slice. */
void pz_memory_give (PzMemory *memory, PzSlice *slice);

guint64 pz_memory_used_bytes (const PzMemory *memory);
guint64 pz_memory_peak_bytes (const PzMemory *memory);
/* Bytes that can still be allocated, according to the driver's budget and the limit. */
guint64 pz_memory_free_bytes (const PzMemory *memory);

/* Call flush after host writes, invalidate before host reads. Both do nothing for coherent memory. */
gboolean pz_memory_flush (PzMemory *memory,
                          const PzSlice *slice,
                          guint64 offset,
                          guint64 bytes,
                          GError **error);
gboolean pz_memory_invalidate (PzMemory *memory,
                               const PzSlice *slice,
                               guint64 offset,
                               guint64 bytes,
                               GError **error);

G_END_DECLS
