/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chunks of scratch memory, shared by all programs of a gpu since these never run at the same
 * time. A chunk keeps its address as long as someone holds it, so recordings stay valid.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

typedef struct _PzScratch PzScratch;

/* Fills chunks[] and addresses[] with one chunk per entry of bytes[], all different, each at
 * least so large: chunks that others hold already where they fit, else new ones. Fails with
 * GPU_MEMORY, then nothing is held. */
gboolean pz_scratch_take (PzGpu *gpu,
                          const guint64 bytes[],
                          guint n,
                          PzScratch *chunks[],
                          guint64 addresses[],
                          GError **error);
void pz_scratch_give (PzGpu *gpu, PzScratch *chunks[], guint n);

/* Bytes of all chunks held by anyone. */
guint64 pz_scratch_held_bytes (const PzGpu *gpu);

/* TRUE if the address lies in the chunk. */
gboolean pz_scratch_holds (const PzScratch *chunk, guint64 address);

/* Bytes from an address in the chunk on. Blocks. Fails with DEVICE_LOST. */
gboolean pz_scratch_read (PzGpu *gpu,
                          PzScratch *chunk,
                          guint64 address,
                          gpointer data,
                          guint64 bytes,
                          GError **error);

/* Writes a pattern over a chunk (tests: NaN where nothing was written yet). */
gboolean pz_scratch_fill (PzGpu *gpu, PzScratch *chunk, guint32 pattern, GError **error);

G_END_DECLS
