/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiles kernels on the other processors before they are needed.
 *
 * A software driver compiles in the one thread that runs a device's work, so helpers open the device once more
 * each. A pipeline cannot move from one device to another, but what the driver compiled for it lies in the
 * driver's own cache on disk by then, and making it again takes a fiftieth of the time.
 *
 * Elsewhere there are no helpers and everything here does nothing.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _PzAhead PzAhead;

PzAhead *pz_ahead_new (PzGpu *gpu);
/* Waits for what is being compiled; drops the rest. */
void pz_ahead_free (PzAhead *ahead);

/* Will be needed. What was asked for before is not compiled again. */
void pz_ahead_ask (PzAhead *ahead, const PzPipelineParams *params);

/* The caller makes it now: nobody begins it any more. Waits while a helper is at it. */
void pz_ahead_claim (PzAhead *ahead, const PzPipelineParams *params);

/* Whether a helper is at it or will be; waits for its end for that long at most. */
gboolean pz_ahead_is_at (PzAhead *ahead, const PzPipelineParams *params, gint64 wait_us);

G_END_DECLS
