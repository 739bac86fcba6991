// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// f16 operands of a matrix product, staged through shared memory: TILE_M rows of x and TILE_N rows of w, STEP_K deep. The tiles
// are double-buffered: while one pair is multiplied, the next is fetched into registers and then stored to the other pair. The
// including file declares TILE_M, TILE_N, STEP_K, LANES and ALIGNED; the kernel provides:
//   void pz_place_x (uint chunk, uint row)   sets the row of the lane's chunk of x
//   void pz_start_x (uint k)                 before the first fetches of x, which start at k, a multiple of STEP_K
//   void pz_step_x ()                        before the fetches of each further STEP_K
//   uvec4 pz_fetch_x (uint chunk, uint k)    eight f16 values of that row from k on, zeros outside
//   uvec4 pz_fetch_w (uint column, uint k)   the same for a column of the result
#ifndef PZ_STAGED_OPERANDS_GLSL
#define PZ_STAGED_OPERANDS_GLSL

#include "shaders/lib/halves8.glsl"

const uint STEP_CHUNKS = STEP_K / 8; // chunks of eight f16 values in a row of a tile
const uint STRIDE = STEP_CHUNKS + 1; // one chunk (16 bytes) of padding per row avoids bank conflicts
const uint X_CHUNKS = (TILE_M * STEP_CHUNKS + LANES - 1) / LANES; // per lane
const uint W_CHUNKS = (TILE_N * STEP_CHUNKS + LANES - 1) / LANES;

shared uvec4 pz_x_tile[2 * TILE_M * STRIDE];
shared uvec4 pz_w_tile[2 * TILE_N * STRIDE];

uvec4 pz_x_next[X_CHUNKS];
uvec4 pz_w_next[W_CHUNKS];

void pz_place_x (uint chunk, uint row);
void pz_start_x (uint k);
void pz_step_x ();
uvec4 pz_fetch_x (uint chunk, uint k);
uvec4 pz_fetch_w (uint column, uint k);

// pz_halves8 () for a row of the weight.
#ifdef PZ_W8
#define PZ_W_BYTES 1
uvec4
pz_weights8 (uint64_t address, uint i, uint end)
{
  return uvec4 (i < end ? unpack32 (pz_pack4 (load4_i8 (address, i))) : uvec2 (0),
                i + 4 < end ? unpack32 (pz_pack4 (load4_i8 (address, i + 4))) : uvec2 (0));
}
#else
#define PZ_W_BYTES 2
#define pz_weights8 pz_halves8
#endif

void
pz_fetch_tiles (uint first_column, uint k)
{
  [[unroll]] for (uint c = 0; c < X_CHUNKS; c++)
    pz_x_next[c]
      = pz_fetch_x (c, k + (c * LANES + gl_LocalInvocationID.x) % STEP_CHUNKS * 8);
  [[unroll]] for (uint c = 0; c < W_CHUNKS; c++)
    {
      const uint chunk = c * LANES + gl_LocalInvocationID.x;

      pz_w_next[c]
        = pz_fetch_w (first_column + chunk / STEP_CHUNKS, k + chunk % STEP_CHUNKS * 8);
    }
}

void
pz_stage_tiles (uint x_tile, uint w_tile)
{
  [[unroll]] for (uint c = 0; c < X_CHUNKS; c++)
    {
      const uint chunk = c * LANES + gl_LocalInvocationID.x;

      if (chunk < TILE_M * STEP_CHUNKS)
        pz_x_tile[x_tile + chunk / STEP_CHUNKS * STRIDE + chunk % STEP_CHUNKS] = pz_x_next[c];
    }
  [[unroll]] for (uint c = 0; c < W_CHUNKS; c++)
    {
      const uint chunk = c * LANES + gl_LocalInvocationID.x;

      if (chunk < TILE_N * STEP_CHUNKS)
        pz_w_tile[w_tile + chunk / STEP_CHUNKS * STRIDE + chunk % STEP_CHUNKS] = pz_w_next[c];
    }
}

// Call before the first step, which starts at k.
void
pz_begin_tiles (uint first_row, uint first_column, uint k)
{
  [[unroll]] for (uint c = 0; c < X_CHUNKS; c++)
    pz_place_x (c, first_row + (c * LANES + gl_LocalInvocationID.x) / STEP_CHUNKS);
  pz_start_x (k);
  pz_fetch_tiles (first_column, k);
}

// Stages the step that starts at k and returns the index of its tiles, 0 or 1. Fetches the next step, unless it would start at
// `end`.
uint
pz_next_tiles (uint first_column, uint k, uint end)
{
  const uint second = k / STEP_K % 2;

  // No lane reads this pair of tiles any more: all lanes have passed the last barrier, which follows their products with it.
  pz_stage_tiles (second * TILE_M * STRIDE, second * TILE_N * STRIDE);
  barrier ();
  if (k + STEP_K < end)
    {
      pz_step_x ();
      pz_fetch_tiles (first_column, k + STEP_K);
    }
  return second;
}

#endif
