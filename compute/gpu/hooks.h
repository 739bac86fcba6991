/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests do to a PzGpu. Without Vulkan's types.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* From the submit after `after_submits` more on, everything fails with DEVICE_LOST, as when the driver had said so. */
void pz_gpu_pretend_lost (PzGpu *gpu, guint after_submits);

/* Free memory as seen by checks before allocations: at most limit_bytes in all. 0 = no limit. Opening takes it from
 * $PERSONALIZE_MEMORY_LIMIT (MiB). */
void pz_gpu_set_memory_limit (PzGpu *gpu, guint64 limit_bytes);

/* Blocks of device memory held now: for tests that look for leaks. */
guint pz_gpu_n_blocks (const PzGpu *gpu);

G_END_DECLS
