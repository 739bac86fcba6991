/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The staging ring: transfers data in pieces between the host and device memory that the host cannot map. Uploads are pipelined
 * and may still be in progress when a call returns; later work on the queue is ordered after them.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/memory.h"

G_BEGIN_DECLS

typedef struct _PzTransfer PzTransfer;

PzTransfer *pz_transfer_new (PzGpu *gpu, GError **error);
/* Waits for the pieces in progress. */
void pz_transfer_free (PzTransfer *transfer);

/* Fail with GPU_MEMORY (allocating the ring), DEVICE_LOST or CANCELLED (checked before every piece). */
gboolean pz_transfer_write (PzTransfer *transfer,
                            const PzSlice *to,
                            guint64 offset,
                            gconstpointer data,
                            guint64 bytes,
                            GCancellable *cancellable,
                            GError **error);
/* Blocks until the data has arrived. */
gboolean pz_transfer_read (PzTransfer *transfer,
                           const PzSlice *from,
                           guint64 offset,
                           gpointer data,
                           guint64 bytes,
                           GCancellable *cancellable,
                           GError **error);
/* Fills the whole slice. Blocks. */
gboolean
pz_transfer_fill (PzTransfer *transfer, const PzSlice *slice, guint32 pattern, GError **error);

/* Blocks until no piece is in progress, even on a lost device. */
void pz_transfer_wait (PzTransfer *transfer);

G_END_DECLS
