/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The safetensors container: the header length in 8 bytes, little-endian; the header, JSON {"name": {"dtype", "shape",
 * "data_offsets": [begin, end]}, ..., "__metadata__": {string: string}}; then the data. Offsets are relative to the end of the
 * header. Everything in a header is checked against the file and against the other tensors before it is used.
 *
 * Read such files through models/files/tensor-file.h. Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Real headers are below 1 MiB; a header longer than this is refused before it is read. */
#define PZ_SAFETENSORS_MAX_HEADER_BYTES (32u * 1024u * 1024u)

/* The reader behind pz_tensor_file_open (). Tensors are in the order of their position in the file. */
gboolean pz_safetensors_parse (PzTensorFile *file, GError **error);

/* ---- writing ---- */

typedef struct
{
  const char *name;
  guint n_dims;
  guint64 dims[PZ_FILE_MAX_DIMS];
  const float *values;
} PzSafetensorF32;

/* Writes F32 tensors in the given order to a temporary file in the same folder, then renames it: `path` is either the complete
 * new file or unchanged. `metadata` is NULL, or key, value, ..., NULL. Fails with G_IO_ERROR (NO_SPACE, PERMISSION_DENIED, ...)
 * and then leaves no file behind. */
gboolean pz_safetensors_write (const char *path,
                               const PzSafetensorF32 tensors[],
                               guint n_tensors,
                               const char *const *metadata,
                               GError **error);

G_END_DECLS
