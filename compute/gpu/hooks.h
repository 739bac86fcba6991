/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests do to a PzGpu. Without Vulkan's types.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* From the submit after `after_submits` more on, everything fails with DEVICE_LOST, as when the
 * driver had said so. */
void pz_gpu_pretend_lost (PzGpu *gpu, guint after_submits);

/* From now on submits are never carried out, and a wait for one ends after `patience_ns`. */
void pz_gpu_pretend_hung (PzGpu *gpu, guint64 patience_ns);

/* Free memory as seen by checks before allocations: at most limit_bytes in all. 0 = no limit.
 * Opening takes it from $PERSONALIZE_MEMORY_LIMIT (MiB). */
void pz_gpu_set_memory_limit (PzGpu *gpu, guint64 limit_bytes);

/* Blocks of device memory held now: for tests that look for leaks. */
guint pz_gpu_n_blocks (const PzGpu *gpu);

/* A storage followed by guard_bytes that belong to nobody. pz_storage_fill () fills them too.
 * pz_storage_guard_is () is TRUE while they hold the pattern. */
PzStorage *pz_storage_new_guarded (PzGpu *gpu,
                                   PzDtype dtype,
                                   guint n_dims,
                                   const guint dims[],
                                   const char *name,
                                   guint guard_bytes,
                                   GError **error);
gboolean pz_storage_guard_is (PzStorage *storage, guint32 pattern);

G_END_DECLS
