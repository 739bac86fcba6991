/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of named tensors in any container: safetensors, torch (zip and legacy), or an index of shards. The container is
 * recognised by the file's first bytes, not by its name. All information in a file is checked against the file before it is
 * used; data is read by range.
 *
 * Thread: any; several threads may read one PzTensorFile.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"
#include "models/files/byte-source.h"

G_BEGIN_DECLS

#define PZ_FILE_MAX_DIMS 8

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
  /* Known by name and size; no network computes with these. */
  PZ_FILE_C64,
  PZ_FILE_C128,
  PZ_FILE_F8_E4M3,
  PZ_FILE_F8_E5M2,
  PZ_FILE_F8_E8M0,
  PZ_FILE_OTHER, /* any other type; its size is taken from the file */
  PZ_N_FILE_DTYPES,
} PzFileDtype;

typedef struct
{
  const char *name;
  PzFileDtype dtype;
  guint n_dims; /* 0 = a single number */
  guint64 dims[PZ_FILE_MAX_DIMS];
  guint64 n_elements;
  guint64 n_bytes; /* of all n_elements in this dtype */
  const char *problem; /* why it cannot be read, a sentence; NULL = readable */

  /* Location, for the readers only. */
  PzByteSource *source;
  guint64 offset_bytes; /* of the first element in the source */
  guint64 strides[PZ_FILE_MAX_DIMS]; /* in elements */
  gboolean is_view; /* its elements are not contiguous */
  gboolean is_big_endian;
} PzFileTensor;

const char *pz_file_dtype_name (PzFileDtype dtype);
/* Bytes per element; 0 = unknown. */
guint pz_file_dtype_bytes (PzFileDtype dtype);
/* Whether it is F64, F32, F16 or BF16. */
gboolean pz_file_dtype_is_floating (PzFileDtype dtype);

typedef struct _PzTensorFile PzTensorFile;

/* Opens the file and reads the description of its tensors, but no data. Returns (transfer full), or NULL with BAD_FILE: the
 * message names the file, the tensor, what was expected and what was found. */
PzTensorFile *pz_tensor_file_open (const char *path, GError **error);
/* Adds a reference. */
PzTensorFile *pz_tensor_file_ref (PzTensorFile *file);
/* Drops a reference; the last one closes the file. */
void pz_tensor_file_close (PzTensorFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTensorFile, pz_tensor_file_close)

const char *pz_tensor_file_get_path (const PzTensorFile *file);
/* "safetensors", ...: for the user and for `personalize inspect`. */
const char *pz_tensor_file_get_format (const PzTensorFile *file);
/* The total of all files if there are several. */
guint64 pz_tensor_file_get_file_bytes (const PzTensorFile *file);
/* Size of the data that contains the tensors, unpacked: larger than the file if the file is compressed. */
guint64 pz_tensor_file_get_data_bytes (const PzTensorFile *file);
guint pz_tensor_file_get_n_tensors (const PzTensorFile *file);
/* safetensors: in the order of their position in the file; torch: in the order of the dictionary. In torch files a name is the
 * path of keys, joined by dots; names below "state_dict" omit it, and a tensor without any key is called "tensor".
 * (transfer none) */
const PzFileTensor *pz_tensor_file_get_tensor (const PzTensorFile *file, guint index);
/* NULL if there is no such tensor. (transfer none) */
const PzFileTensor *pz_tensor_file_lookup (const PzTensorFile *file, const char *name);
/* The same. If there is no exact match, finds the tensor whose name matches without the parts that programs add to a network's
 * own names: "state_dict" at the start, "module" (DataParallel) and "_orig_mod" (torch.compile) anywhere. NULL if there is
 * none, or more than one. (transfer none) */
const PzFileTensor *pz_tensor_file_find (const PzTensorFile *file, const char *name);
/* A metadata entry of the file; NULL if there is none for this key. (transfer none) */
const char *pz_tensor_file_get_metadata (const PzTensorFile *file, const char *key);
/* All metadata keys, sorted, NULL at the end. (transfer container) */
const char **pz_tensor_file_list_metadata (const PzTensorFile *file);

/* The complete contents of a torch file, including what is not a tensor, as models/files/pickle.h reads it; NULL for other
 * containers. (transfer none) */
const struct _PzValue *pz_tensor_file_get_tree (const PzTensorFile *file);

/* For loaders that read all tensors into memory: FALSE with BAD_FILE if one cannot be read, or if together they have more bytes
 * than the file's data, because several show the same elements. */
gboolean pz_tensor_file_check_all (const PzTensorFile *file, GError **error);

/* Reads elements first ... first + n - 1, last dimension fastest, in their own dtype and the host's byte order. Blocks. Fails
 * with BAD_FILE (the file was truncated or is damaged) or G_IO_ERROR. */
gboolean pz_tensor_file_read (const PzTensorFile *file,
                              const PzFileTensor *tensor,
                              guint64 first,
                              gsize n,
                              gpointer data,
                              GError **error);

/* The same for an F64, F32, F16 or BF16 tensor, converted to floats. Fails like pz_tensor_file_read (), and with BAD_FILE for
 * any other dtype. */
gboolean pz_tensor_file_read_f32 (const PzTensorFile *file,
                                  const PzFileTensor *tensor,
                                  guint64 first,
                                  gsize n,
                                  float *values,
                                  GError **error);

/* The same, converted to 32-bit integers, for all integer dtypes, BOOL, and F32 and F64 with integral values: ids and timesteps
 * may be stored as integers or as floats. Fails with BAD_FILE for a value that is outside gint32 or not integral. */
gboolean pz_tensor_file_read_i32 (const PzTensorFile *file,
                                  const PzFileTensor *tensor,
                                  guint64 first,
                                  gsize n,
                                  gint32 *values,
                                  GError **error);

G_END_DECLS
