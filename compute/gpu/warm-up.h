/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Some drivers (the software one) compile a kernel when it is first run, not when its pipeline is
 * made. A dispatch of no workgroups makes them do it, so that the first replay neither stalls nor
 * teaches the pace a wrong speed, and so that cancel is heard between two kernels.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

/* For a pipeline just made. Blocks until the driver is done with it. Fails with DEVICE_LOST or
 * GPU_MEMORY. */
gboolean pz_gpu_warm_pipeline (PzGpu *gpu, const PzPipeline *pipeline, GError **error);

G_END_DECLS
