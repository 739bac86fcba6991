/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Test hooks of PzGpu, without Vulkan types.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* After `after_submits` more submits everything fails with DEVICE_LOST, as if the driver had reported it. */
void pz_gpu_pretend_lost (PzGpu *gpu, guint after_submits);

/* From now on submits are never executed, and a wait times out after `patience_ns`. */
void pz_gpu_pretend_hung (PzGpu *gpu, guint64 patience_ns);

/* Sets the limit of device memory that is checked before allocations; 0 = none. Initially $PERSONALIZE_MEMORY_LIMIT (MiB). */
void pz_gpu_set_memory_limit (PzGpu *gpu, guint64 limit_bytes);

/* Number of allocated blocks of device memory, for leak tests. */
guint pz_gpu_n_blocks (const PzGpu *gpu);

/* A storage followed by guard_bytes of unused memory, which pz_storage_fill () also fills. pz_storage_guard_is () returns TRUE
 * as long as they still contain the pattern. */
PzStorage *pz_storage_new_guarded (PzGpu *gpu,
                                   PzDtype dtype,
                                   guint n_dims,
                                   const guint dims[],
                                   const char *name,
                                   guint guard_bytes,
                                   GError **error);
gboolean pz_storage_guard_is (PzStorage *storage, guint32 pattern);

G_END_DECLS
