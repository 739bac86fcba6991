/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes what torch.save writes: a zip archive of data.pkl, one pickled value of dictionaries,
 * strings, numbers and F32 tensors, and one stored entry for each storage.
 *
 *   PzTorchWriter *w = pz_torch_writer_new ();
 *   guint storage = pz_torch_writer_add_storage (w, values, n);
 *   pz_torch_writer_begin_dict (w);
 *   pz_torch_writer_string (w, "<ball>");
 *   pz_torch_writer_tensor (w, storage, 1, (guint64[]) { n });
 *   pz_torch_writer_end_dict (w);
 *   pz_torch_writer_save (w, path, &error);
 *
 * A dictionary's keys and values are put in turn. Thread: any, one at a time.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef struct _PzTorchWriter PzTorchWriter;

PzTorchWriter *pz_torch_writer_new (void);
void pz_torch_writer_free (PzTorchWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTorchWriter, pz_torch_writer_free)

/* Copies the values. Returns its number: several tensors may share one. */
guint pz_torch_writer_add_storage (PzTorchWriter *writer, const float *values, gsize n);

void pz_torch_writer_begin_dict (PzTorchWriter *writer);
void pz_torch_writer_end_dict (PzTorchWriter *writer);
void pz_torch_writer_begin_list (PzTorchWriter *writer);
void pz_torch_writer_end_list (PzTorchWriter *writer);
void pz_torch_writer_string (PzTorchWriter *writer, const char *text);
void pz_torch_writer_int (PzTorchWriter *writer, gint32 value);
void pz_torch_writer_none (PzTorchWriter *writer);
/* The first elements of a storage, the last dimension fastest. */
void pz_torch_writer_tensor (PzTorchWriter *writer,
                             guint storage,
                             guint n_dims,
                             const guint64 dims[]);

/* Either the whole new file is there or what was there before. The same values give the same bytes. Fails with
 * G_FILE_ERROR or G_IO_ERROR. */
gboolean pz_torch_writer_save (PzTorchWriter *writer, const char *path, GError **error);

G_END_DECLS
