/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Submits work to the device's single queue and waits for it. Device loss is permanent. A timeline semaphore numbers the work:
 * each submit returns a value, and waiting for it waits for that submit and all earlier ones.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/vk.h"

G_BEGIN_DECLS

typedef struct
{
  VkQueue handle;
  VkSemaphore timeline;
  guint64 last; /* value of the last submit */
  gboolean lost;
  guint lose_after; /* submits until a simulated loss, plus one; 0 = never (tests) */
  guint64 patience_ns; /* timeout of a wait */
  gboolean hung; /* a wait timed out: memory in use must not be freed */
  gboolean swallows; /* submits do nothing (tests) */
} PzQueue;

gboolean pz_queue_open (PzGpu *gpu, GError **error);
void pz_queue_close (PzGpu *gpu);

/* Fails with DEVICE_LOST. */
gboolean pz_queue_submit (PzGpu *gpu, VkCommandBuffer commands, guint64 *value, GError **error);
/* Blocks. Times out after many times the longest submit; the device then counts as lost. Value 0 has always finished. Fails
 * with DEVICE_LOST. */
gboolean pz_queue_wait (PzGpu *gpu, guint64 value, GError **error);

/* Blocks until the device is idle, even if it is lost, but no longer than a wait. */
void pz_queue_drain (PzGpu *gpu);

/* FALSE with DEVICE_LOST once the device was lost. */
gboolean pz_gpu_check (PzGpu *gpu, GError **error);
/* As pz_vk_ok (), but also records that the device was lost. */
gboolean pz_gpu_ok (PzGpu *gpu, VkResult result, const char *what, GError **error);

G_END_DECLS
