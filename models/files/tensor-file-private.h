/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the readers of the containers fill in. Private to the back ends of tensor-file.h.
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
  GPtrArray *sources; /* PzByteSource: all that tensors point to, kept alive */
  GStringChunk *names;
  GArray *tensors; /* PzFileTensor */
  GHashTable *by_name; /* name -> index into tensors, made when all are there */
  GHashTable *
    by_plain_name; /* the same without what programs put around names; for those that have any */
  GHashTable *metadata; /* string -> string */
  PzPickle *pickle; /* torch files */
  GPtrArray *shards; /* PzTensorFile, of an index */
};

/* One file on its own: no index of others. As pz_tensor_file_open (). */
PzTensorFile *pz_tensor_file_open_single (const char *path, GError **error);

/* A container: reads file->bytes and adds its tensors. Fails with BAD_FILE. */
typedef gboolean (*PzTensorFileParse) (PzTensorFile *file, GError **error);

/* Sets BAD_FILE "PATH: ..."; always FALSE. */
G_GNUC_PRINTF (3, 4)
gboolean pz_tensor_file_bad (const PzTensorFile *file, GError **error, const char *format, ...);

/* From dtype and dims: n_elements, n_bytes, and the strides of elements that lie one after the
 * other. Fails with BAD_FILE where there are too many to count. */
gboolean pz_tensor_file_measure (const PzTensorFile *file,
                                 const char *name,
                                 PzFileTensor *tensor,
                                 GError **error);

/* Appends a copy under a copy of the name. Its source is kept by file->bytes or file->sources. */
void pz_tensor_file_add (PzTensorFile *file, const char *name, const PzFileTensor *tensor);

G_END_DECLS
