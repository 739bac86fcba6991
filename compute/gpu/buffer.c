/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"
#include "compute/gpu/hooks.h"

#include <string.h>

#include "compute/base/checked.h"
#include "compute/base/dtype.h"
#include "compute/base/shape.h"

/* Mapped memory is written in pieces of this size, to check for cancellation in between. */
#define PIECE_BYTES ((gsize) 16 << 20)
/* Converted in pieces, to avoid a large temporary buffer. */
#define HALVES_AT_ONCE ((gsize) 16384)

struct _PzStorage
{
  gint ref_count;
  PzGpu *gpu;
  PzSlice slice;
  char *name;
  PzDtype dtype;
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
  gsize n_elements;
  gsize bytes;
  gsize guard_bytes;
};

static PzStorage *
storage_new (PzGpu *gpu,
             PzArena arena,
             const PzStorage *wanted,
             const char *name,
             GError **error)
{
  const guint n_dims = wanted->n_dims;
  const guint *dims = wanted->dims;
  PzStorage *self;

  if (!pz_shape_is_valid (n_dims, dims))
    {
      g_autofree char *shape = pz_shape_to_text (MIN (n_dims, PZ_MAX_DIMS), dims);

      g_set_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY,
                   "%s: a tensor of shape %s cannot be stored: expected 1 to %d dimensions and"
                   " less than 2^31 elements",
                   name, shape, PZ_MAX_DIMS);
      return NULL;
    }

  self = g_memdup2 (wanted, sizeof *wanted);
  self->ref_count = 1;
  self->gpu = gpu;
  self->name = g_strdup (name);
  self->n_elements = pz_shape_product (dims, 0, n_dims);
  self->bytes = pz_dtype_size (wanted->dtype, n_dims, dims);
  if (!pz_memory_take (gpu->memory, (PzMemoryUse) arena, self->bytes + self->guard_bytes, name,
                       &self->slice, error))
    g_clear_pointer (&self, pz_storage_unref);
  return self;
}

PzStorage *
pz_storage_new (PzGpu *gpu,
                PzArena arena,
                PzDtype dtype,
                guint n_dims,
                const guint dims[],
                const char *name,
                GError **error)
{
  PzStorage wanted = { .dtype = dtype, .n_dims = n_dims };

  g_return_val_if_fail (gpu != NULL && (guint) dtype < PZ_N_DTYPES, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  memcpy (wanted.dims, dims, MIN (n_dims, PZ_MAX_DIMS) * sizeof dims[0]);
  return storage_new (gpu, arena, &wanted, name, error);
}

PzStorage *
pz_storage_new_guarded (PzGpu *gpu,
                        PzDtype dtype,
                        guint n_dims,
                        const guint dims[],
                        const char *name,
                        guint guard_bytes,
                        GError **error)
{
  PzStorage wanted = { .dtype = dtype, .n_dims = n_dims, .guard_bytes = guard_bytes };

  memcpy (wanted.dims, dims, MIN (n_dims, PZ_MAX_DIMS) * sizeof dims[0]);
  return storage_new (gpu, PZ_ARENA_STATE, &wanted, name, error);
}

PzStorage *
pz_storage_ref (PzStorage *self)
{
  self->ref_count++;
  return self;
}

void
pz_storage_unref (PzStorage *self)
{
  if (self == NULL || --self->ref_count > 0)
    return;
  /* An upload into these bytes may still be in flight. */
  pz_transfer_wait (self->gpu->transfer);
  pz_memory_give (self->gpu->memory, &self->slice);
  g_free (self->name);
  g_free (self);
}

PzDtype
pz_storage_get_dtype (const PzStorage *self)
{
  return self->dtype;
}

guint
pz_storage_get_n_dims (const PzStorage *self)
{
  return self->n_dims;
}

const guint *
pz_storage_get_dims (const PzStorage *self)
{
  return self->dims;
}

gsize
pz_storage_get_n_elements (const PzStorage *self)
{
  return self->n_elements;
}

gsize
pz_storage_get_bytes (const PzStorage *self)
{
  return self->bytes;
}

guint64
pz_storage_get_address (const PzStorage *self)
{
  return self->slice.block->address + self->slice.offset;
}

const char *
pz_storage_get_name (const PzStorage *self)
{
  return self->name;
}

static guint8 *
mapped_at (const PzStorage *self, gsize offset_bytes)
{
  return self->slice.block->mapped + self->slice.offset + offset_bytes;
}

static gboolean
range_is_inside (const PzStorage *self, gsize offset_bytes, gsize n_bytes)
{
  return offset_bytes <= self->bytes && n_bytes <= self->bytes - offset_bytes;
}

gboolean
pz_storage_write (PzStorage *self,
                  gsize offset_bytes,
                  gconstpointer data,
                  gsize n_bytes,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (range_is_inside (self, offset_bytes, n_bytes), FALSE);

  if (self->slice.block->mapped == NULL)
    return pz_transfer_write (self->gpu->transfer, &self->slice, offset_bytes, data, n_bytes,
                              cancellable, error);
  if (!pz_gpu_check (self->gpu, error))
    return FALSE;
  for (gsize done = 0; done < n_bytes; done += MIN (PIECE_BYTES, n_bytes - done))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      memcpy (mapped_at (self, offset_bytes + done), (const guint8 *) data + done,
              MIN (PIECE_BYTES, n_bytes - done));
    }
  return pz_memory_flush (self->gpu->memory, &self->slice, offset_bytes, n_bytes, error);
}

guint8 *
pz_storage_get_mapped (PzStorage *self)
{
  const PzBlock *block = self->slice.block;

  return block->mapped != NULL && block->cached ? mapped_at (self, 0) : NULL;
}

gboolean
pz_storage_filled (PzStorage *self, GError **error)
{
  return pz_gpu_check (self->gpu, error)
         && pz_memory_flush (self->gpu->memory, &self->slice, 0, self->bytes, error);
}

/* Reads any bytes of the allocation, including the guard. */
static gboolean
read_bytes (PzStorage *self,
            gsize offset_bytes,
            gpointer data,
            gsize n_bytes,
            GCancellable *cancellable,
            GError **error)
{
  if (self->slice.block->mapped == NULL || !self->slice.block->cached)
    return pz_transfer_read (self->gpu->transfer, &self->slice, offset_bytes, data, n_bytes,
                             cancellable, error);
  if (!pz_gpu_check (self->gpu, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error)
      || !pz_memory_invalidate (self->gpu->memory, &self->slice, offset_bytes, n_bytes, error))
    return FALSE;
  memcpy (data, mapped_at (self, offset_bytes), n_bytes);
  return TRUE;
}

gboolean
pz_storage_read (PzStorage *self,
                 gsize offset_bytes,
                 gpointer data,
                 gsize n_bytes,
                 GCancellable *cancellable,
                 GError **error)
{
  g_return_val_if_fail (range_is_inside (self, offset_bytes, n_bytes), FALSE);

  return read_bytes (self, offset_bytes, data, n_bytes, cancellable, error);
}

/* Converts row by row to PZ_ROWS8 and uploads the result. */
static gboolean
write_rows (PzStorage *self, const float *values, GError **error)
{
  const gsize n_rows = self->dims[0], row = self->n_elements / n_rows;
  g_autofree gint8 *bytes = g_malloc (self->bytes);
  float *scales = (float *) (gpointer) (bytes + self->n_elements);

  for (gsize i = 0; i < n_rows; i++)
    scales[i] = pz_bytes_from_floats (bytes + i * row, values + i * row, row);
  return pz_storage_write (self, 0, bytes, self->bytes, NULL, error);
}

static gboolean
read_rows (PzStorage *self, float *values, GError **error)
{
  const gsize n_rows = self->dims[0], row = self->n_elements / n_rows;
  g_autofree gint8 *bytes = g_malloc (self->bytes);
  const float *scales = (const float *) (gpointer) (bytes + self->n_elements);

  if (!pz_storage_read (self, 0, bytes, self->bytes, NULL, error))
    return FALSE;
  for (gsize i = 0; i < n_rows; i++)
    pz_floats_from_bytes (values + i * row, bytes + i * row, scales[i], row);
  return TRUE;
}

gboolean
pz_storage_write_f32 (PzStorage *self, const float *values, gsize n, GError **error)
{
  guint16 halves[HALVES_AT_ONCE];

  g_return_val_if_fail (n == self->n_elements && self->dtype != PZ_I32, FALSE);

  if (self->dtype == PZ_F32)
    return pz_storage_write (self, 0, values, self->bytes, NULL, error);
  if (self->dtype == PZ_ROWS8)
    return write_rows (self, values, error);
  for (gsize done = 0, n_now; done < n; done += n_now)
    {
      n_now = MIN (n - done, HALVES_AT_ONCE);
      pz_halves_from_floats (halves, values + done, n_now);
      if (!pz_storage_write (self, done * sizeof *halves, halves, n_now * sizeof *halves, NULL,
                             error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pz_storage_read_f32 (PzStorage *self, float *values, gsize n, GError **error)
{
  guint16 halves[HALVES_AT_ONCE];

  g_return_val_if_fail (n == self->n_elements && self->dtype != PZ_I32, FALSE);

  if (self->dtype == PZ_F32)
    return pz_storage_read (self, 0, values, self->bytes, NULL, error);
  if (self->dtype == PZ_ROWS8)
    return read_rows (self, values, error);
  for (gsize done = 0, n_now; done < n; done += n_now)
    {
      n_now = MIN (n - done, HALVES_AT_ONCE);
      if (!pz_storage_read (self, done * sizeof *halves, halves, n_now * sizeof *halves, NULL,
                            error))
        return FALSE;
      pz_floats_from_halves (values + done, halves, n_now);
    }
  return TRUE;
}

gboolean
pz_storage_fill (PzStorage *self, guint32 pattern, GError **error)
{
  guint32 *words;

  if (self->slice.block->mapped == NULL)
    return pz_transfer_fill (self->gpu->transfer, &self->slice, pattern, error);
  if (!pz_gpu_check (self->gpu, error))
    return FALSE;
  words = (guint32 *) mapped_at (self, 0);
  for (gsize i = 0; i < self->slice.bytes / sizeof pattern; i++)
    words[i] = pattern;
  return pz_memory_flush (self->gpu->memory, &self->slice, 0, self->slice.bytes, error);
}

gboolean
pz_storage_guard_is (PzStorage *self, guint32 pattern)
{
  const gsize n = self->slice.bytes - self->bytes;
  g_autofree guint8 *bytes = g_malloc (n + 1);

  if (!read_bytes (self, self->bytes, bytes, n, NULL, NULL))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (bytes[i] != (guint8) (pattern >> (self->bytes + i) % 4 * 8))
      return FALSE;
  return TRUE;
}
