/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of insightface's face recognisers, as written by torch.save.
 *
 * Thread: the one that owns the graph and the device.
 */
#pragma once

#include "models/files/tensor-file.h"
#include "models/nets/iresnet.h"

G_BEGIN_DECLS

/* Counts the blocks by the names of the tensors. Fails with BAD_FILE if the file is something else. */
gboolean
pz_iresnet_file_read (const PzTensorFile *file, PzIresnetConfig *config, GError **error);

/* Binds every weight of pz_iresnet (). Fails with BAD_FILE (missing, wrong size, not finite) or GPU_MEMORY. */
gboolean
pz_iresnet_file_bind (PzGraph *graph, const PzTensorFile *file, PzGpu *gpu, GError **error);

G_END_DECLS
