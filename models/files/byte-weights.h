/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weights kept as bytes: a safetensors file whose U8 tensors stand for scale * byte + least, said as "SCALE LEAST" in its metadata
 * under the tensor's name; F32 ones are as they are.
 *
 * Thread: the one that owns the graph and the device.
 */
#pragma once

#include "compute/graph.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Binds every weight of the graph, which must compute in F32, from the file's tensor of its name. Fails with BAD_FILE (missing, of
 * another shape, without a scale), GPU_MEMORY. */
gboolean
pz_byte_weights_bind (PzGraph *graph, const PzTensorFile *file, PzGpu *gpu, GError **error);

G_END_DECLS
