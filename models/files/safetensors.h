/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The safetensors container: 8 bytes little-endian header length, that many bytes of JSON
 * {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ..., "__metadata__": {string:
 * string}}, then data; offsets count from the end of the header. Everything in a header is
 * checked against the file and against the other tensors before anybody sees it.
 *
 * Reading goes through models/files/tensor-file.h. Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Real headers are below 1 MiB; a longer one is refused before it is read. */
#define PZ_SAFETENSORS_MAX_HEADER_BYTES (32u * 1024u * 1024u)

/* The reader behind pz_tensor_file_open (): tensors in order of their place in the file. */
gboolean pz_safetensors_parse (PzTensorFile *file, GError **error);

/* ---- writing ---- */

typedef struct
{
  const char *name;
  guint n_dims;
  guint64 dims[PZ_FILE_MAX_DIMS];
  const float *values;
} PzSafetensorF32;

/* Writes F32 tensors, in the order given, under a temporary name beside `path`, then
 * renames: either the whole new file is there or what was there before. `metadata` is NULL
 * or key, value, ..., NULL. Fails with G_IO_ERROR (NO_SPACE, PERMISSION_DENIED, ...) and
 * leaves nothing behind. */
gboolean pz_safetensors_write (const char *path,
                               const PzSafetensorF32 tensors[],
                               guint n_tensors,
                               const char *const *metadata,
                               GError **error);

G_END_DECLS
