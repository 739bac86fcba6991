/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a U-Net predicts, where no file says it: it is run once and gives itself away (methods:
 * forward process).
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Sets model->schedule.prediction_type and prediction_known; returns at once where it is known. Loads
 * the U-Net's weights, which stay for what follows. Fails with BAD_FILE, GPU_MEMORY, DEVICE_LOST,
 * CANCELLED. */
gboolean pz_probe_prediction (PzGpu *gpu,
                              PzModelFolder *model,
                              PzDtype activation,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
