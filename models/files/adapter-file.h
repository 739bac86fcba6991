/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CatVersion's adapter (Zhao et al., 2023) as adapter-transformers saves it: a folder with pytorch_adapter.bin, whose
 * ".control_trans" tensors are all identical, and adapter_config.json (prefix tuning, flat).
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
  guint length; /* P: number of positions placed before the prompt */
  guint n_layers; /* L: number of layers, the text encoder's last ones */
  guint width; /* D */
  float *rows; /* [P, 2 L, D]: for each layer a key, then a value */
} PzTextAdapter;

PzTextAdapter *pz_text_adapter_ref (PzTextAdapter *adapter);
void pz_text_adapter_unref (PzTextAdapter *adapter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTextAdapter, pz_text_adapter_unref)

/* path: the folder, or the .bin in it. If there is no adapter_config.json in the same folder, the adapter has one position and
 * as many layers as the file names. Returns (transfer full), or NULL with BAD_FILE (unreadable, not an adapter, a number of
 * values that does not divide evenly among positions and layers) or UNSUPPORTED_MODEL (another kind of adapter). */
PzTextAdapter *pz_text_adapter_read (const char *path, GError **error);

/* The file with the tensors if `path` is the folder of an adapter, else NULL. (transfer full) */
char *pz_text_adapter_find_file (const char *path);
/* Whether the tensors are those of an adapter. */
gboolean pz_text_adapter_is (const PzTensorFile *file);

G_END_DECLS
