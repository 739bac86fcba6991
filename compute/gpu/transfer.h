/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The staging ring: transfers between the host and memory that it cannot map, in pieces.
 * Uploads are pipelined and may be in flight when a call returns; later work on the queue is ordered after them.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/memory.h"

G_BEGIN_DECLS

typedef struct _PzTransfer PzTransfer;

PzTransfer *pz_transfer_new (PzGpu *gpu, GError **error);
/* Waits for the pieces in flight. */
void pz_transfer_free (PzTransfer *transfer);

/* Fail with GPU_MEMORY (the ring itself), DEVICE_LOST or CANCELLED (read before every
 * piece). */
gboolean pz_transfer_write (PzTransfer *transfer,
                            const PzSlice *to,
                            guint64 offset,
                            gconstpointer data,
                            guint64 bytes,
                            GCancellable *cancellable,
                            GError **error);
/* Blocks until the bytes are there. */
gboolean pz_transfer_read (PzTransfer *transfer,
                           const PzSlice *from,
                           guint64 offset,
                           gpointer data,
                           guint64 bytes,
                           GCancellable *cancellable,
                           GError **error);
/* The whole slice. Blocks. */
gboolean
pz_transfer_fill (PzTransfer *transfer, const PzSlice *slice, guint32 pattern, GError **error);

/* Blocks until no piece is in flight, on a lost device too. */
void pz_transfer_wait (PzTransfer *transfer);

G_END_DECLS
