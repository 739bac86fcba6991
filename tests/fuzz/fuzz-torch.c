/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both torch containers, whole. Stored entries carry no checksum that is looked at, so that
 * changes of data.pkl reach the pickle reader.
 */
#include "tests/fuzz/fuzz-file.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  pz_fuzz_tensor_file (data, size);
  return 0;
}
