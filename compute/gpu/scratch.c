/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/scratch.h"

#include <string.h>

#include "compute/gpu/gpu-private.h"

struct _PzScratch
{
  PzSlice slice;
  guint n_holders;
};

static PzScratch *
find_fitting (PzGpu *gpu, guint64 bytes, PzScratch *const taken[], guint n_taken)
{
  PzScratch *best = NULL;

  for (guint i = 0; i < gpu->scratch->len; i++)
    {
      PzScratch *chunk = gpu->scratch->pdata[i];
      gboolean ours = FALSE;

      for (guint j = 0; j < n_taken; j++)
        ours = ours || taken[j] == chunk;
      if (!ours && chunk->slice.bytes >= bytes
          && (best == NULL || chunk->slice.bytes < best->slice.bytes))
        best = chunk;
    }
  return best;
}

static PzScratch *
chunk_new (PzGpu *gpu, guint64 bytes, GError **error)
{
  PzScratch *chunk = g_new0 (PzScratch, 1);

  if (!pz_memory_take (gpu->memory, PZ_MEMORY_SCRATCH, bytes, "scratch memory", &chunk->slice,
                       error))
    {
      g_free (chunk);
      return NULL;
    }
  g_ptr_array_add (gpu->scratch, chunk);
  return chunk;
}

gboolean
pz_scratch_take (PzGpu *gpu,
                 const guint64 bytes[],
                 guint n,
                 PzScratch *chunks[],
                 guint64 addresses[],
                 GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      chunks[i] = find_fitting (gpu, bytes[i], chunks, i);
      if (chunks[i] == NULL)
        chunks[i] = chunk_new (gpu, bytes[i], error);
      if (chunks[i] == NULL)
        {
          pz_scratch_give (gpu, chunks, i);
          return FALSE;
        }
      chunks[i]->n_holders++;
      addresses[i] = chunks[i]->slice.block->address + chunks[i]->slice.offset;
    }
  return TRUE;
}

void
pz_scratch_give (PzGpu *gpu, PzScratch *chunks[], guint n)
{
  for (guint i = 0; i < n; i++)
    if (--chunks[i]->n_holders == 0)
      {
        pz_memory_give (gpu->memory, &chunks[i]->slice);
        g_ptr_array_remove (gpu->scratch, chunks[i]);
        g_free (chunks[i]);
      }
}

guint64
pz_scratch_held_bytes (const PzGpu *gpu)
{
  guint64 sum = 0;

  for (guint i = 0; i < gpu->scratch->len; i++)
    sum += ((const PzScratch *) gpu->scratch->pdata[i])->slice.bytes;
  return sum;
}

static guint64
begin_of (const PzScratch *chunk)
{
  return chunk->slice.block->address + chunk->slice.offset;
}

gboolean
pz_scratch_holds (const PzScratch *chunk, guint64 address)
{
  return address >= begin_of (chunk) && address - begin_of (chunk) < chunk->slice.bytes;
}

gboolean
pz_scratch_read (PzGpu *gpu,
                 PzScratch *chunk,
                 guint64 address,
                 gpointer data,
                 guint64 bytes,
                 GError **error)
{
  const guint64 offset = address - begin_of (chunk);

  g_return_val_if_fail (pz_scratch_holds (chunk, address), FALSE);
  g_return_val_if_fail (bytes <= chunk->slice.bytes - offset, FALSE);

  return pz_transfer_read (gpu->transfer, &chunk->slice, offset, data, bytes, NULL, error);
}

gboolean
pz_scratch_fill (PzGpu *gpu, PzScratch *chunk, guint32 pattern, GError **error)
{
  guint32 *words;

  if (chunk->slice.block->mapped == NULL)
    return pz_transfer_fill (gpu->transfer, &chunk->slice, pattern, error);
  words = (guint32 *) (chunk->slice.block->mapped + chunk->slice.offset);
  for (guint64 i = 0; i < chunk->slice.bytes / sizeof pattern; i++)
    words[i] = pattern;
  return pz_memory_flush (gpu->memory, &chunk->slice, 0, chunk->slice.bytes, error);
}
