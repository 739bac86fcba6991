/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds out what a U-Net predicts if no file states it: runs it once and infers the type from the result (methods: forward
 * process).
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Sets model->schedule.prediction_type and prediction_known; returns immediately if it is known. Loads the U-Net's weights,
 * which stay loaded. Fails with BAD_FILE, GPU_MEMORY, DEVICE_LOST, CANCELLED. */
gboolean pz_probe_prediction (PzGpu *gpu,
                              PzModelFolder *model,
                              PzDtype activation,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
