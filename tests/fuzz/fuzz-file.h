/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For harnesses whose parser opens tensor files.
 */
#pragma once

#include <glib.h>

/* Opens a file with these bytes, reads a part of each tensor and checks the invariants. */
void pz_fuzz_tensor_file (const guint8 *data, gsize size);
