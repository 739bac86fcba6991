/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiles kernels in the background on other CPU cores.
 *
 * A software driver compiles in the thread that executes a device's work, so each helper thread opens the device again. Pipelines cannot
 * be shared between devices, but the driver's disk cache then has the machine code, and creating the pipeline again is fast.
 *
 * On other devices there are no helpers, and all functions do nothing.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _PzAhead PzAhead;

PzAhead *pz_ahead_new (PzGpu *gpu);
/* Waits for the kernels being compiled; drops the rest. */
void pz_ahead_free (PzAhead *ahead);

/* Requests a pipeline that will be needed; a repeated request has no effect. */
void pz_ahead_ask (PzAhead *ahead, const PzPipelineParams *params);

/* The caller creates it now, so no helper will begin it. Waits if a helper is compiling it. */
void pz_ahead_claim (PzAhead *ahead, const PzPipelineParams *params);

/* Whether a helper is compiling it or will; waits at most wait_us for it to finish. */
gboolean pz_ahead_is_at (PzAhead *ahead, const PzPipelineParams *params, gint64 wait_us);

G_END_DECLS
