/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two containers of torch.save. Since PyTorch 1.6: a zip archive with data.pkl, which is a pickle, and one entry data/KEY
 * per storage. Before: five pickles followed by the storages. TorchScript archives are read like the first.
 *
 * Read such files through models/files/tensor-file.h. Thread: any.
 */
#pragma once

#include "models/files/pickle-private.h"

G_BEGIN_DECLS

/* The readers behind pz_tensor_file_open (). Tensors are in the order of the pickle. */
gboolean pz_torch_zip_parse (PzTensorFile *file, GError **error);
gboolean pz_torch_legacy_parse (PzTensorFile *file, GError **error);

/* Names and checks the tensors of a pickle whose storages have been located, and adds them to the file. Takes ownership of the
 * pickle. Fails with BAD_FILE. */
gboolean pz_torch_take_pickle (PzTensorFile *file,
                               PzPickle *pickle,
                               gboolean is_big_endian,
                               GError **error);

G_END_DECLS
