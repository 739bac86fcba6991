/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens a device and checks its matrix products. Drivers have bugs, and a wrong product produces noise instead of a picture. So
 * before the first use of a device, each form of a matrix product multiplies known matrices once. The result is cached in the
 * user's cache folder, per device, driver and set of kernels.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* As pz_gpu_open (), but avoids product forms that do not work and names them in the log. (transfer full). Fails with
 * NO_DEVICE (also if plain products are wrong), GPU_MEMORY, DEVICE_LOST or CANCELLED. */
PzGpu *
pz_gpu_open_checked (const PzGpuParams *params, GCancellable *cancellable, GError **error);

G_END_DECLS
