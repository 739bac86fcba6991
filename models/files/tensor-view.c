/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/tensor-view.h"

#include <string.h>

/* The whole span from the first to the last byte is read at once unless that takes much longer than one read per run.
 * BYTES_PER_CALL: about as many bytes as are read in the time of one call. */
#define BYTES_PER_CALL 8192u
#define MAX_SPAN_BYTES (256u * 1024u * 1024u)

/* Iterates over the elements in order. at: position in the source, in elements from the tensor's first. */
typedef struct
{
  const PzFileTensor *tensor;
  guint64 index[PZ_FILE_MAX_DIMS];
  guint64 at;
} Walk;

static Walk
start_at (const PzFileTensor *tensor, guint64 first)
{
  Walk walk = { .tensor = tensor };

  for (guint i = tensor->n_dims; i-- > 0; first /= tensor->dims[i])
    {
      walk.index[i] = first % tensor->dims[i];
      walk.at += walk.index[i] * tensor->strides[i];
    }
  return walk;
}

static void
go_on (Walk *walk)
{
  const PzFileTensor *tensor = walk->tensor;

  for (guint i = tensor->n_dims; i-- > 0;)
    {
      walk->at += tensor->strides[i];
      if (++walk->index[i] < tensor->dims[i])
        return;
      walk->at -= tensor->dims[i] * tensor->strides[i];
      walk->index[i] = 0;
    }
}

typedef struct
{
  guint64 low, high; /* positions of the outermost elements */
  gsize n_runs; /* of contiguous elements */
} Extent;

static Extent
measure (const PzFileTensor *tensor, guint64 first, gsize n)
{
  Walk walk = start_at (tensor, first);
  Extent extent = { walk.at, walk.at, 1 };
  guint64 before = walk.at;

  for (gsize i = 1; i < n; i++, before = walk.at)
    {
      go_on (&walk);
      extent.low = MIN (extent.low, walk.at);
      extent.high = MAX (extent.high, walk.at);
      extent.n_runs += walk.at != before + 1;
    }
  return extent;
}

static gboolean
read_span (const PzFileTensor *tensor,
           const Extent *extent,
           guint64 first,
           gsize n,
           guint8 *to,
           GError **error)
{
  const guint bytes = pz_file_dtype_bytes (tensor->dtype);
  const gsize n_bytes = (gsize) (extent->high - extent->low + 1) * bytes;
  g_autofree guint8 *span = g_malloc (n_bytes);
  Walk walk = start_at (tensor, first);

  if (!pz_byte_source_read (tensor->source, tensor->offset_bytes + extent->low * bytes, n_bytes,
                            span, error))
    return FALSE;
  for (gsize i = 0; i < n; i++, go_on (&walk))
    memcpy (to + i * bytes, span + (walk.at - extent->low) * bytes, bytes);
  return TRUE;
}

static gboolean
read_runs (const PzFileTensor *tensor, guint64 first, gsize n, guint8 *to, GError **error)
{
  const guint bytes = pz_file_dtype_bytes (tensor->dtype);
  Walk walk = start_at (tensor, first);

  for (gsize done = 0, run; done < n; done += run)
    {
      const guint64 from = walk.at;

      run = 0;
      do
        {
          go_on (&walk);
          run++;
        }
      while (done + run < n && walk.at == from + run);
      if (!pz_byte_source_read (tensor->source, tensor->offset_bytes + from * bytes,
                                run * bytes, to + done * bytes, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pz_tensor_view_read (const PzFileTensor *tensor,
                     guint64 first,
                     gsize n,
                     gpointer data,
                     GError **error)
{
  const Extent extent = measure (tensor, first, n);
  const guint64 span_bytes =
    (extent.high - extent.low + 1) * pz_file_dtype_bytes (tensor->dtype);

  if (span_bytes <= MAX_SPAN_BYTES && span_bytes / BYTES_PER_CALL <= extent.n_runs)
    return read_span (tensor, &extent, first, n, data, error);
  return read_runs (tensor, first, n, data, error);
}
