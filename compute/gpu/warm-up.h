/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Some drivers (the software driver) compile a kernel when it first runs, not when its pipeline is created. A dispatch of zero
 * workgroups triggers this, so that the first replay neither stalls nor distorts the learned pace, and so that cancellation can
 * be checked between two kernels.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

/* Call once after creating a pipeline. Blocks until the kernel is compiled. Fails with DEVICE_LOST or GPU_MEMORY. */
gboolean pz_gpu_warm_pipeline (PzGpu *gpu, const PzPipeline *pipeline, GError **error);

G_END_DECLS
