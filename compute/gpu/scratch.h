/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chunks of scratch memory. All programs of a gpu share them, because programs never run at the same time. A chunk keeps its
 * address while it is in use, so that recordings stay valid.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

typedef struct _PzScratch PzScratch;

/* Fills chunks[] and addresses[] with one chunk per entry of bytes[]. The chunks are distinct and at least as large as
 * requested: existing chunks if they fit, else new ones. Fails with GPU_MEMORY; then no chunk is taken. */
gboolean pz_scratch_take (PzGpu *gpu,
                          const guint64 bytes[],
                          guint n,
                          PzScratch *chunks[],
                          guint64 addresses[],
                          GError **error);
void pz_scratch_give (PzGpu *gpu, PzScratch *chunks[], guint n);

/* Bytes of all chunks in use. */
guint64 pz_scratch_held_bytes (const PzGpu *gpu);

/* TRUE if the address lies in the chunk. */
gboolean pz_scratch_holds (const PzScratch *chunk, guint64 address);

/* Reads bytes at an address in the chunk. Blocks. Fails with DEVICE_LOST. */
gboolean pz_scratch_read (PzGpu *gpu,
                          PzScratch *chunk,
                          guint64 address,
                          gpointer data,
                          guint64 bytes,
                          GError **error);

/* Fills a chunk with a pattern (tests: NaN, to detect uninitialised reads). */
gboolean pz_scratch_fill (PzGpu *gpu, PzScratch *chunk, guint32 pattern, GError **error);

G_END_DECLS
