/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For harnesses whose parser opens files of tensors.
 */
#pragma once

#include <glib.h>

/* Opens a file of these bytes, reads something of all its tensors and checks what must hold. */
void pz_fuzz_tensor_file (const guint8 *data, gsize size);
