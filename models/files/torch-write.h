/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes files in the format of torch.save: a zip archive with data.pkl, one pickled value built from dictionaries, lists,
 * strings, numbers and F32 tensors, and one stored entry per storage.
 *
 *   PzTorchWriter *w = pz_torch_writer_new ();
 *   guint storage = pz_torch_writer_add_storage (w, values, n);
 *   pz_torch_writer_begin_dict (w);
 *   pz_torch_writer_string (w, "<ball>");
 *   pz_torch_writer_tensor (w, storage, 1, (guint64[]) { n });
 *   pz_torch_writer_end_dict (w);
 *   pz_torch_writer_save (w, path, &error);
 *
 * In a dictionary, write each key followed by its value. Thread: any, one at a time.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef struct _PzTorchWriter PzTorchWriter;

PzTorchWriter *pz_torch_writer_new (void);
void pz_torch_writer_free (PzTorchWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTorchWriter, pz_torch_writer_free)

/* Copies the values. Returns the storage's number; several tensors may share a storage. */
guint pz_torch_writer_add_storage (PzTorchWriter *writer, const float *values, gsize n);

void pz_torch_writer_begin_dict (PzTorchWriter *writer);
void pz_torch_writer_end_dict (PzTorchWriter *writer);
void pz_torch_writer_begin_list (PzTorchWriter *writer);
void pz_torch_writer_end_list (PzTorchWriter *writer);
void pz_torch_writer_string (PzTorchWriter *writer, const char *text);
void pz_torch_writer_int (PzTorchWriter *writer, gint32 value);
void pz_torch_writer_none (PzTorchWriter *writer);
/* Writes a tensor of the first elements of a storage, last dimension fastest. */
void pz_torch_writer_tensor (PzTorchWriter *writer,
                             guint storage,
                             guint n_dims,
                             const guint64 dims[]);

/* Afterwards `path` is either the complete new file or unchanged. The same values always give the same bytes. Fails with
 * G_FILE_ERROR or G_IO_ERROR. */
gboolean pz_torch_writer_save (PzTorchWriter *writer, const char *path, GError **error);

G_END_DECLS
