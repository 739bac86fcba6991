/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weights stored as bytes: a safetensors file in which a U8 tensor stands for scale * byte + least. The metadata entry with the
 * tensor's name holds "SCALE LEAST". F32 tensors are used as they are.
 *
 * Thread: the one that owns the graph and the device.
 */
#pragma once

#include "compute/graph.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Binds every weight of the graph to the file's tensor of the same name. The graph must compute in F32. Fails with BAD_FILE
 * (missing, wrong shape, no scale) or GPU_MEMORY. */
gboolean
pz_byte_weights_bind (PzGraph *graph, const PzTensorFile *file, PzGpu *gpu, GError **error);

G_END_DECLS
