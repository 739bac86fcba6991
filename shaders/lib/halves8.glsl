// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loads eight f16 values of a row at once, for tiles in shared memory. The including file declares ALIGNED (1, 4 or a multiple
// of 8): the length of each row and the distance between rows are multiples of this many elements.
#ifndef PZ_HALVES8_GLSL
#define PZ_HALVES8_GLSL

#include "shaders/lib/storage.glsl"

// Eight f16 values starting at i, a multiple of 8; values from `end` on are zeros.
uvec4
pz_halves8 (uint64_t address, uint i, uint end)
{
  uvec4 words = uvec4 (0);

  if (ALIGNED % 8 == 0)
    return i < end ? PzWords4 (address).v[i >> 3] : uvec4 (0);
  if (ALIGNED % 4 == 0)
    return uvec4 (i < end ? unpack32 (PzHalves4 (address).v[i >> 2]) : uvec2 (0),
                  i + 4 < end ? unpack32 (PzHalves4 (address).v[(i >> 2) + 1]) : uvec2 (0));
  [[unroll]] for (uint j = 0; j < 8; j++)
    if (i + j < end)
      words[j / 2] |= uint (PzHalves (address).v[i + j]) << j % 2 * 16;
  return words;
}

#endif
