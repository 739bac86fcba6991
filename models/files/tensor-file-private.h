/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The struct that the container readers fill. Private to the back ends of tensor-file.h.
 */
#pragma once

#include "models/files/pickle-private.h"

G_BEGIN_DECLS

struct _PzTensorFile
{
  gatomicrefcount refs;
  char *path;
  const char *format;
  guint64 file_bytes;
  PzByteSource *bytes; /* the file itself */
  GPtrArray *sources; /* PzByteSource: all that tensors refer to, kept alive */
  GStringChunk *names;
  GArray *tensors; /* PzFileTensor */
  GHashTable *by_name; /* name -> index into tensors, built after all have been added */
  GHashTable *
    by_plain_name; /* the same, without the parts that programs add to names; only names that have such parts */
  GHashTable *metadata; /* string -> string */
  PzPickle *pickle; /* torch files only */
  GPtrArray *shards; /* PzTensorFile; an index only */
};

/* Like pz_tensor_file_open (), but refuses an index of shards. */
PzTensorFile *pz_tensor_file_open_single (const char *path, GError **error);

/* The reader of one container: reads file->bytes and adds its tensors. Fails with BAD_FILE. */
typedef gboolean (*PzTensorFileParse) (PzTensorFile *file, GError **error);

/* Sets BAD_FILE "PATH: ..."; always FALSE. */
G_GNUC_PRINTF (3, 4)
gboolean pz_tensor_file_bad (const PzTensorFile *file, GError **error, const char *format, ...);

/* Computes n_elements, n_bytes and the strides of contiguous elements from dtype and dims. Fails with BAD_FILE if the numbers
 * overflow. */
gboolean pz_tensor_file_measure (const PzTensorFile *file,
                                 const char *name,
                                 PzFileTensor *tensor,
                                 GError **error);

/* Appends a copy under a copy of the name. file->bytes or file->sources must keep its source alive. */
void pz_tensor_file_add (PzTensorFile *file, const char *name, const PzFileTensor *tensor);

G_END_DECLS
