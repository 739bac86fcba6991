/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both torch containers, as complete files. The reader does not verify the checksums of stored entries, so changes of data.pkl
 * reach the pickle reader.
 */
#include "tests/fuzz/fuzz-file.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  pz_fuzz_tensor_file (data, size);
  return 0;
}
