/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of insightface's recognisers, as torch.save writes them.
 *
 * Thread: the one that owns the graph and the device.
 */
#pragma once

#include "models/files/tensor-file.h"
#include "models/nets/iresnet.h"

G_BEGIN_DECLS

/* How many blocks there are, by the names of its tensors. Fails with BAD_FILE: it is something else. */
gboolean
pz_iresnet_file_read (const PzTensorFile *file, PzIresnetConfig *config, GError **error);

/* Binds every weight of pz_iresnet (). Fails with BAD_FILE (missing, of another shape, not finite), GPU_MEMORY. */
gboolean
pz_iresnet_file_bind (PzGraph *graph, const PzTensorFile *file, PzGpu *gpu, GError **error);

G_END_DECLS
