/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network stored in several files: an index {"weight_map": {tensor: file}}, as transformers and diffusers write it
 * (*.index.json). The files are in the folder of the index.
 *
 * Read such files through models/files/tensor-file.h. Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

#define PZ_SHARD_INDEX_MAX_BYTES (16u * 1024u * 1024u)
#define PZ_SHARD_INDEX_MAX_FILES 1000u

/* The reader behind pz_tensor_file_open (). Tensors are in the order of the index. */
gboolean pz_shard_index_parse (PzTensorFile *file, GError **error);

G_END_DECLS
