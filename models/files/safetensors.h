/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The safetensors container: 8 bytes little-endian header length, that many bytes of JSON
 * {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ..., "__metadata__": {string:
 * string}}, then data; offsets count from the end of the header. Everything in a header is
 * checked against the file and against the other tensors before anybody sees it.
 *
 * Thread: any; one PzSafetensors may be read from several threads (pread only).
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

#define PZ_SAFETENSORS_MAX_DIMS 8
/* Real headers are below 1 MiB; a longer one is refused before it is read. */
#define PZ_SAFETENSORS_MAX_HEADER_BYTES (32u * 1024u * 1024u)

typedef enum
{
  PZ_FILE_F64,
  PZ_FILE_F32,
  PZ_FILE_F16,
  PZ_FILE_BF16,
  PZ_FILE_I64,
  PZ_FILE_I32,
  PZ_FILE_I16,
  PZ_FILE_I8,
  PZ_FILE_U64,
  PZ_FILE_U32,
  PZ_FILE_U16,
  PZ_FILE_U8,
  PZ_FILE_BOOL,
  PZ_N_FILE_DTYPES,
} PzFileDtype;

typedef struct
{
  const char *name;
  PzFileDtype dtype;
  guint n_dims; /* 0 = a single number */
  guint64 dims[PZ_SAFETENSORS_MAX_DIMS];
  guint64 n_elements;
  guint64 offset_bytes; /* from the beginning of the file */
  guint64 n_bytes;
} PzSafetensor;

const char *pz_file_dtype_name (PzFileDtype dtype);
guint pz_file_dtype_bytes (PzFileDtype dtype);

typedef struct _PzSafetensors PzSafetensors;

/* Opens the file and reads its header. Returns (transfer full), or NULL with BAD_FILE: the
 * message names the file, the tensor, what was expected and what was found. */
PzSafetensors *pz_safetensors_open (const char *path, GError **error);
void pz_safetensors_close (PzSafetensors *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSafetensors, pz_safetensors_close)

const char *pz_safetensors_get_path (const PzSafetensors *file);
guint64 pz_safetensors_get_file_bytes (const PzSafetensors *file);
guint pz_safetensors_get_n_tensors (const PzSafetensors *file);
/* In order of their place in the file. (transfer none) */
const PzSafetensor *pz_safetensors_get_tensor (const PzSafetensors *file, guint index);
/* NULL if there is none. (transfer none) */
const PzSafetensor *pz_safetensors_lookup (const PzSafetensors *file, const char *name);
/* Of "__metadata__"; NULL if there is none. (transfer none) */
const char *pz_safetensors_get_metadata (const PzSafetensors *file, const char *key);

/* Raw bytes of one tensor, from offset_bytes within it. Blocks. Fails with BAD_FILE (the file
 * became shorter) or G_IO_ERROR. */
gboolean pz_safetensors_read (const PzSafetensors *file,
                              const PzSafetensor *tensor,
                              guint64 offset_bytes,
                              gsize n_bytes,
                              gpointer data,
                              GError **error);

/* Elements first ... first + n - 1 of a F64, F32, F16 or BF16 tensor as floats. Fails as
 * above, and with BAD_FILE for another dtype. */
gboolean pz_safetensors_read_f32 (const PzSafetensors *file,
                                  const PzSafetensor *tensor,
                                  guint64 first,
                                  gsize n,
                                  float *values,
                                  GError **error);

/* The same as 32-bit numbers, for all whole dtypes, BOOL, and F32 and F64 whose values are
 * whole: ids and timesteps come as either. Fails with BAD_FILE for a value outside gint32 or
 * not whole. */
gboolean pz_safetensors_read_i32 (const PzSafetensors *file,
                                  const PzSafetensor *tensor,
                                  guint64 first,
                                  gsize n,
                                  gint32 *values,
                                  GError **error);

/* ---- writing ---- */

typedef struct
{
  const char *name;
  guint n_dims;
  guint64 dims[PZ_SAFETENSORS_MAX_DIMS];
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
