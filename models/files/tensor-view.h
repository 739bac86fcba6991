/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads tensors whose elements are not contiguous, such as transposed or sliced ones. Torch files preserve a tensor's strides.
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Reads elements first ... first + n - 1, last dimension fastest, as the file's bytes. n must be above 0, and the tensor must
 * have these elements. Fails like pz_byte_source_read (). */
gboolean pz_tensor_view_read (const PzFileTensor *tensor,
                              guint64 first,
                              gsize n,
                              gpointer data,
                              GError **error);

G_END_DECLS
