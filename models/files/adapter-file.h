/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CatVersion's adapter (Zhao et al., 2023), as adapter-transformers saves it: a folder with
 * pytorch_adapter.bin, whose tensors ".control_trans" are one and the same, and
 * adapter_config.json (prefix tuning, flat).
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Reference-counted, read-only. */
typedef struct
{
  gatomicrefcount refs;
  char *path; /* of the file with the tensors */
  char *sha256; /* of that file */
  guint length; /* P: positions in front of the prompt */
  guint n_layers; /* L: of the text encoder, its last ones */
  guint width; /* D */
  float *rows; /* [P, 2 L, D]: a key and a value for each layer in turn */
} PzTextAdapter;

PzTextAdapter *pz_text_adapter_ref (PzTextAdapter *adapter);
void pz_text_adapter_unref (PzTextAdapter *adapter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTextAdapter, pz_text_adapter_unref)

/* path: the folder or the .bin in it; without a adapter_config.json beside it, one position and as
 * many layers as the file names. (transfer full), or NULL with BAD_FILE (unreadable, no adapter, a
 * number of values that does not come out even) or UNSUPPORTED_MODEL (another kind of adapter). */
PzTextAdapter *pz_text_adapter_read (const char *path, GError **error);

/* The file with the tensors when `path` is an adapter's folder, else NULL. (transfer full) */
char *pz_text_adapter_find_file (const char *path);
/* The tensors are an adapter's. */
gboolean pz_text_adapter_is (const PzTensorFile *file);

G_END_DECLS
