/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of named tensors, whatever its container: safetensors, torch (zip and legacy), or an
 * index of shards. What it is is told by its first bytes, not by its name. Everything a file
 * says is checked against the file before anybody sees it; data is read by range.
 *
 * Thread: any; one PzTensorFile may be read from several threads.
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
  /* Known by name and size; no network here computes with them. */
  PZ_FILE_C64,
  PZ_FILE_C128,
  PZ_FILE_F8_E4M3,
  PZ_FILE_F8_E5M2,
  PZ_FILE_F8_E8M0,
  PZ_FILE_OTHER, /* not even that: its size is what the file gives it */
  PZ_N_FILE_DTYPES,
} PzFileDtype;

typedef struct
{
  const char *name;
  PzFileDtype dtype;
  guint n_dims; /* 0 = a single number */
  guint64 dims[PZ_FILE_MAX_DIMS];
  guint64 n_elements;
  guint64 n_bytes; /* n_elements of its dtype */
  const char *problem; /* why it cannot be read, a sentence; NULL = it can */

  /* Where it lies; for the readers below. */
  PzByteSource *source;
  guint64 offset_bytes; /* of its first element in the source */
  guint64 strides[PZ_FILE_MAX_DIMS]; /* in elements */
  gboolean is_view; /* its elements do not lie one after the other */
  gboolean is_big_endian;
} PzFileTensor;

const char *pz_file_dtype_name (PzFileDtype dtype);
/* Of an element; 0 = not known. */
guint pz_file_dtype_bytes (PzFileDtype dtype);
/* F64, F32, F16 and BF16. */
gboolean pz_file_dtype_is_floating (PzFileDtype dtype);

typedef struct _PzTensorFile PzTensorFile;

/* Opens the file and reads what it says about its tensors, no data. Returns (transfer full), or
 * NULL with BAD_FILE: the message names the file, the tensor, what was expected and what was
 * found. */
PzTensorFile *pz_tensor_file_open (const char *path, GError **error);
/* Several may use one. */
PzTensorFile *pz_tensor_file_ref (PzTensorFile *file);
/* The last one closes it. */
void pz_tensor_file_close (PzTensorFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTensorFile, pz_tensor_file_close)

const char *pz_tensor_file_get_path (const PzTensorFile *file);
/* "safetensors", ...: for people and for `personalize inspect`. */
const char *pz_tensor_file_get_format (const PzTensorFile *file);
/* Of all files together, where there are several. */
guint64 pz_tensor_file_get_file_bytes (const PzTensorFile *file);
/* Of what its tensors lie in: more than the file where it is packed. */
guint64 pz_tensor_file_get_data_bytes (const PzTensorFile *file);
guint pz_tensor_file_get_n_tensors (const PzTensorFile *file);
/* safetensors: in order of their place in the file; torch: in order of the dictionary. In torch
 * files names are paths of keys joined by dots; those below "state_dict" go without it, and a
 * tensor without any key is called "tensor". (transfer none) */
const PzFileTensor *pz_tensor_file_get_tensor (const PzTensorFile *file, guint index);
/* NULL if there is none. (transfer none) */
const PzFileTensor *pz_tensor_file_lookup (const PzTensorFile *file, const char *name);
/* The same, or else the one whose name is this without the parts that programs put around a network's own
 * names: "state_dict" in front, "module" (DataParallel) and "_orig_mod" (torch.compile) anywhere. NULL where
 * there is none, or more than one. (transfer none) */
const PzFileTensor *pz_tensor_file_find (const PzTensorFile *file, const char *name);
/* What the file says beside its tensors; NULL if it does not say this. (transfer none) */
const char *pz_tensor_file_get_metadata (const PzTensorFile *file, const char *key);
/* All keys, sorted, NULL at the end. (transfer container) */
const char **pz_tensor_file_list_metadata (const PzTensorFile *file);

/* What a torch file holds beside and around its tensors, as models/files/pickle.h reads it; NULL
 * for other containers. (transfer none) */
const struct _PzValue *pz_tensor_file_get_tree (const PzTensorFile *file);

/* Elements first ... first + n - 1, last dimension fastest, in their own dtype and in this
 * machine's byte order. Blocks. Fails with BAD_FILE (the file became shorter, or is damaged) or
 * G_IO_ERROR. */
gboolean pz_tensor_file_read (const PzTensorFile *file,
                              const PzFileTensor *tensor,
                              guint64 first,
                              gsize n,
                              gpointer data,
                              GError **error);

/* The same of a F64, F32, F16 or BF16 tensor as floats. Fails as above, and with BAD_FILE for
 * another dtype. */
gboolean pz_tensor_file_read_f32 (const PzTensorFile *file,
                                  const PzFileTensor *tensor,
                                  guint64 first,
                                  gsize n,
                                  float *values,
                                  GError **error);

/* The same as 32-bit numbers, for all whole dtypes, BOOL, and F32 and F64 whose values are
 * whole: ids and timesteps come as either. Fails with BAD_FILE for a value outside gint32 or
 * not whole. */
gboolean pz_tensor_file_read_i32 (const PzTensorFile *file,
                                  const PzFileTensor *tensor,
                                  guint64 first,
                                  gsize n,
                                  gint32 *values,
                                  GError **error);

G_END_DECLS
