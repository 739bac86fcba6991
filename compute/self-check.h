/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens a device that multiplies right. Drivers err, and a wrong product paints noise. So before a device's first use each form of a
 * matrix product multiplies known matrices once. The answer is kept in the user's cache folder, under device, driver and kernels.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* As pz_gpu_open (); what errs is avoided and named in the log. (transfer full). Fails with NO_DEVICE, also where plain products are
 * wrong, GPU_MEMORY, DEVICE_LOST, CANCELLED. */
PzGpu *
pz_gpu_open_checked (const PzGpuParams *params, GCancellable *cancellable, GError **error);

G_END_DECLS
