/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens and closes a device for tests.
 */
#pragma once

#include "compute/gpu/gpu-private.h"
#include "compute/gpu/hooks.h"

static inline PzGpu *
open_gpu (const PzGpuParams *params)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = pz_gpu_open (params, &error);

  g_assert_no_error (error);
  return gpu;
}

/* Closes the device. Fails if memory is still allocated or if there were validation messages. */
static inline void
close_gpu (PzGpu *gpu)
{
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
  g_assert_cmpuint (pz_gpu_n_blocks (gpu), <=,
                    gpu->staged ? 3 : 0); /* the staging ring stays */
  pz_gpu_close (gpu);
}
