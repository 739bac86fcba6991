// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane's tile of ROWS x COLS sums is in registers. The rows of x are the same for all lanes of a workgroup (uniform
// addresses, which the software driver loads once); the rows of w belong to the lane's own columns. Every sum runs over k in
// order, so the tile size never changes a bit of the result.
#ifndef PZ_PRODUCT_TILE_GLSL
#define PZ_PRODUCT_TILE_GLSL

#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PRODUCT_ROWS) const uint ROWS = 1;
layout (constant_id = PZ_SPEC_PRODUCT_COLS) const uint COLS = 1;
layout (constant_id = PZ_SPEC_PRODUCT_ALIGNED) const uint ALIGNED = 0;
layout (constant_id = PZ_SPEC_PRODUCT_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_PRODUCT_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_PRODUCT_ACT_OUT) const uint ACT_OUT = 0;

#include "shaders/lib/epilogue.glsl"

float pz_sums[ROWS * COLS];
uint64_t pz_x_rows[ROWS]; // addresses
bool pz_x_inside[ROWS];   // FALSE in the padding: the row reads as zeros, from a valid address
uint64_t pz_w_rows[COLS];

#ifdef PZ_F16
#define PZ_BYTES 2
#else
#define PZ_BYTES 4
#endif

#ifdef PZ_W8
#define PZ_W_BYTES 1
#define pz_load_w4 load4_i8
#else
#define PZ_W_BYTES PZ_BYTES
#define pz_load_w4 load4
#endif

uint64_t
pz_w_at (uint64_t address, uint elements)
{
  return address + uint64_t (elements) * PZ_W_BYTES;
}

uint64_t
pz_at (uint64_t address, uint elements)
{
  return address + uint64_t (elements) * PZ_BYTES;
}

// Zeroed before the conversion to f32: one select instead of four.
vec4
pz_load4_inside (uint64_t address, uint i, bool inside)
{
#ifdef PZ_F16
  const uint64_t bits = PzHalves4 (address).v[i >> 2];
  return pz_unpack4 (inside ? bits : 0ul);
#else
  const vec4 v = load4 (address, i);
  return inside ? v : vec4 (0.0);
#endif
}

void
pz_tile_clear ()
{
  [[unroll]] for (uint i = 0; i < ROWS * COLS; i++)
    pz_sums[i] = 0.0;
}

// Explicit fma, so that compilers round all variants of a kernel in the same way.
void
pz_tile_step4 (uint k)
{
  vec4 w[COLS];

  [[unroll]] for (uint c = 0; c < COLS; c++)
    w[c] = pz_load_w4 (pz_w_rows[c], k);
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const vec4 x = pz_load4_inside (pz_x_rows[r], k, pz_x_inside[r]);

      [[unroll]] for (uint c = 0; c < COLS; c++)
        {
          const float sum = fma (x.y, w[c].y, fma (x.x, w[c].x, pz_sums[r * COLS + c]));

          pz_sums[r * COLS + c] = fma (x.w, w[c].w, fma (x.z, w[c].z, sum));
        }
    }
}

#ifndef PZ_W8
void
pz_tile_step1 (uint k)
{
  float w[COLS];

  [[unroll]] for (uint c = 0; c < COLS; c++)
    w[c] = load1 (pz_w_rows[c], k);
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const float loaded = load1 (pz_x_rows[r], k);
      const float x = pz_x_inside[r] ? loaded : 0.0;

      [[unroll]] for (uint c = 0; c < COLS; c++)
        pz_sums[r * COLS + c] = fma (x, w[c], pz_sums[r * COLS + c]);
    }
}
#endif

// Adds the products of n_k >= 1 contiguous elements of k. The loop tests its condition last: then the software driver need not
// copy all sums in each iteration if the loop is nested in another one.
void
pz_tile_run (uint n_k)
{
  uint k = 0;

#ifndef PZ_W8 // packed rows are always a multiple of 4
  if (ALIGNED == 0)
    {
      do
        {
          pz_tile_step1 (k);
          k++;
        }
      while (k < n_k);
      return;
    }
#endif
  do
    {
      pz_tile_step4 (k);
      k += 4;
    }
  while (k < n_k);
}

// Writes the sums of the valid rows and columns. y_start: index of y[0, 0] of this batch entry.
void
pz_tile_finish (uint first_row, uint first_column, uint y_start)
{
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const uint row = first_row + r;
      const uint at = y_start + row * args.n + first_column;

      if (row >= args.m)
        break;
      if (PACKED != 0)
        {
          if (first_column < args.n)
            pz_epilogue4 (vec4 (pz_sums[r * COLS], pz_sums[r * COLS + 1], pz_sums[r * COLS + 2],
                                pz_sums[r * COLS + 3]),
                          row, first_column, at);
        }
      else
        [[unroll]] for (uint c = 0; c < COLS; c++)
          if (first_column + c < args.n)
            pz_epilogue1 (pz_sums[r * COLS + c], row, first_column + c, at + c);
    }
}

#endif
