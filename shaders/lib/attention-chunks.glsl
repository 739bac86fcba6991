// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loads rows of a head in chunks of eight f16 values, for tiles in shared memory that cooperative matrices are loaded from.
#ifndef PZ_ATTENTION_CHUNKS_GLSL
#define PZ_ATTENTION_CHUNKS_GLSL

#include "shaders/lib/attention-head.glsl"

const uint ALIGNED = HEAD_DIM % 8 == 0 ? 8 : HEAD_DIM % 4 == 0 ? 4 : 1;

#include "shaders/lib/halves8.glsl"

// A chunk of a row of a tensor with `rows` rows of `width` f16 values; zeros beyond the end of the head and beyond the last
// row.
uvec4
pz_row_chunk (uint64_t address, uint row, uint rows, uint width, uint chunk)
{
  const uint start = pz_row_start (min (row, rows - 1), rows, width);

  return pz_halves8 (address + uint64_t (start) * 2, chunk * 8, row < rows ? HEAD_DIM : 0);
}

#endif
