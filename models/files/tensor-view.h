/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Elements of a tensor that do not lie one after the other: transposed, sliced. Torch files keep
 * the strides a tensor had. Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Elements first ... first + n - 1, last dimension fastest, as bytes of the file. n > 0, and the
 * tensor has that many. Fails as pz_byte_source_read (). */
gboolean pz_tensor_view_read (const PzFileTensor *tensor,
                              guint64 first,
                              gsize n,
                              gpointer data,
                              GError **error);

G_END_DECLS
