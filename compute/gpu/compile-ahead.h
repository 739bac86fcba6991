/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiles kernels in the background on other CPU cores.
 *
 * The software driver compiles on the thread that executes the device's work, so each helper thread opens the device again.
 * Devices cannot share pipelines, but the machine code is then in the driver's disk cache, and creating the pipeline again is
 * fast.
 *
 * Other devices have no helpers; all functions do nothing.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _PzAhead PzAhead;

PzAhead *pz_ahead_new (PzGpu *gpu);
/* Waits for the kernels that are being compiled; drops the other requests. */
void pz_ahead_free (PzAhead *ahead);

/* Requests a pipeline that will be needed; a repeated request has no effect. */
void pz_ahead_ask (PzAhead *ahead, const PzPipelineParams *params);

/* The caller is about to create this pipeline, so no helper will start on it. Waits if a helper is already compiling it. */
void pz_ahead_claim (PzAhead *ahead, const PzPipelineParams *params);

/* TRUE if a helper is compiling it or will do so; waits at most wait_us for it to finish. */
gboolean pz_ahead_is_at (PzAhead *ahead, const PzPipelineParams *params, gint64 wait_us);

G_END_DECLS
