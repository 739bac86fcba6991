// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Matrix product on cooperative matrices: f16 operands staged through shared memory, f32 sums. There are two tiles of each operand:
// while one pair is multiplied, the next is fetched into registers and then stored to the other. Sums run over k in order, COOP_K
// at a time, for every tile size. The including kernel provides:
//   void pz_place_x (uint chunk, uint row)   sets the row of the lane's chunk of x
//   void pz_step_x (uint k)                  before the fetches of x from k on, a multiple of STEP_K; once each, in order
//   uvec4 pz_fetch_x (uint chunk, uint k)    eight halves of that row from k on, zeros outside
//   uvec4 pz_fetch_w (uint column, uint k)   the same for a column of the result
#ifndef PZ_COOP_TILE_GLSL
#define PZ_COOP_TILE_GLSL

#pragma use_vulkan_memory_model
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_LOCAL_X) const uint LANES = 32;
layout (constant_id = PZ_SPEC_COOP_M) const uint COOP_M = 16;
layout (constant_id = PZ_SPEC_COOP_N) const uint COOP_N = 16;
layout (constant_id = PZ_SPEC_COOP_K) const uint COOP_K = 16;
layout (constant_id = PZ_SPEC_COOP_FRAGMENTS_M) const uint FRAGMENTS_M = 1;
layout (constant_id = PZ_SPEC_COOP_FRAGMENTS_N) const uint FRAGMENTS_N = 1;
layout (constant_id = PZ_SPEC_COOP_SUBGROUPS_M) const uint SUBGROUPS_M = 1;
layout (constant_id = PZ_SPEC_COOP_SUBGROUPS_N) const uint SUBGROUPS_N = 1;
layout (constant_id = PZ_SPEC_COOP_STEP_K) const uint STEP_K = 16;
layout (constant_id = PZ_SPEC_COOP_ALIGNED) const uint ALIGNED = 1;
layout (constant_id = PZ_SPEC_COOP_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_COOP_ACT_OUT) const uint ACT_OUT = 0;

#include "shaders/lib/epilogue.glsl"

const uint TILE_M = COOP_M * FRAGMENTS_M * SUBGROUPS_M;
const uint TILE_N = COOP_N * FRAGMENTS_N * SUBGROUPS_N;
const uint STEP_CHUNKS = STEP_K / 8; // chunks of eight halves in a row of a tile
const uint STRIDE = STEP_CHUNKS + 1; // one chunk (16 bytes) of padding per row avoids bank conflicts
const uint X_CHUNKS = (TILE_M * STEP_CHUNKS + LANES - 1) / LANES; // per lane
const uint W_CHUNKS = (TILE_N * STEP_CHUNKS + LANES - 1) / LANES;
const uint FRAGMENT = COOP_M * COOP_N;

shared uvec4 pz_x_tile[2 * TILE_M * STRIDE];
shared uvec4 pz_w_tile[2 * TILE_N * STRIDE];
shared float pz_fragments[SUBGROUPS_M * SUBGROUPS_N * FRAGMENT];

uvec4 pz_x_next[X_CHUNKS];
uvec4 pz_w_next[W_CHUNKS];

void pz_place_x (uint chunk, uint row);
void pz_step_x (uint k);
uvec4 pz_fetch_x (uint chunk, uint k);
uvec4 pz_fetch_w (uint column, uint k);

// Eight halves, or as many as remain before `end`, followed by zeros.
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

// The same of a row of the weight.
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
  pz_step_x (k);
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

// Orders the subgroup's own accesses to shared memory.
void
pz_subgroup_barrier ()
{
  controlBarrier (gl_ScopeSubgroup, gl_ScopeSubgroup, gl_StorageSemanticsShared,
                  gl_SemanticsAcquireRelease);
}

// Epilogue of the fragment in this subgroup's slice of pz_fragments.
void
pz_finish_fragment (uint slice, uint first_row, uint first_column, uint y_start)
{
  if (args.n % 4 == 0)
    for (uint i = gl_SubgroupInvocationID * 4; i < FRAGMENT; i += gl_SubgroupSize * 4)
      {
        const uint row = first_row + i / COOP_N;
        const uint column = first_column + i % COOP_N;
        const uint at = slice + i;

        if (row < args.m && column < args.n)
          pz_epilogue4 (vec4 (pz_fragments[at], pz_fragments[at + 1], pz_fragments[at + 2],
                              pz_fragments[at + 3]),
                        row, column, y_start + row * args.n + column);
      }
  else
    for (uint i = gl_SubgroupInvocationID; i < FRAGMENT; i += gl_SubgroupSize)
      {
        const uint row = first_row + i / COOP_N;
        const uint column = first_column + i % COOP_N;

        if (row < args.m && column < args.n)
          pz_epilogue1 (pz_fragments[slice + i], row, column, y_start + row * args.n + column);
      }
}

void
pz_coop_product (uint first_row, uint first_column, uint n_k, uint y_start)
{
  const uint x_row = gl_SubgroupID / SUBGROUPS_N * FRAGMENTS_M * COOP_M;
  const uint w_row = gl_SubgroupID % SUBGROUPS_N * FRAGMENTS_N * COOP_N;
  const uint slice = gl_SubgroupID * FRAGMENT;
  coopmat<float, gl_ScopeSubgroup, COOP_M, COOP_N, gl_MatrixUseAccumulator>
    sums[FRAGMENTS_M * FRAGMENTS_N];

  [[unroll]] for (uint i = 0; i < FRAGMENTS_M * FRAGMENTS_N; i++)
    sums[i]
      = coopmat<float, gl_ScopeSubgroup, COOP_M, COOP_N, gl_MatrixUseAccumulator> (0.0);
  [[unroll]] for (uint c = 0; c < X_CHUNKS; c++)
    pz_place_x (c, first_row + (c * LANES + gl_LocalInvocationID.x) / STEP_CHUNKS);

  pz_fetch_tiles (first_column, 0);
  for (uint k = 0; k < n_k; k += STEP_K)
    {
      const uint second = k / STEP_K % 2;
      const uint x_tile = second * TILE_M * STRIDE, w_tile = second * TILE_N * STRIDE;

      // Nobody reads this pair of tiles any more: all have passed the last barrier, after their products with it.
      pz_stage_tiles (x_tile, w_tile);
      barrier ();
      if (k + STEP_K < n_k)
        pz_fetch_tiles (first_column, k + STEP_K);
      [[unroll]] for (uint inner = 0; inner < STEP_K; inner += COOP_K)
        {
          coopmat<float16_t, gl_ScopeSubgroup, COOP_M, COOP_K, gl_MatrixUseA> x[FRAGMENTS_M];

          [[unroll]] for (uint i = 0; i < FRAGMENTS_M; i++)
            coopMatLoad (x[i], pz_x_tile, x_tile + (x_row + i * COOP_M) * STRIDE + inner / 8, STRIDE,
                         gl_CooperativeMatrixLayoutRowMajor);
          [[unroll]] for (uint j = 0; j < FRAGMENTS_N; j++)
            {
              coopmat<float16_t, gl_ScopeSubgroup, COOP_K, COOP_N, gl_MatrixUseB> w;

              coopMatLoad (w, pz_w_tile, w_tile + (w_row + j * COOP_N) * STRIDE + inner / 8, STRIDE,
                           gl_CooperativeMatrixLayoutColumnMajor);
              [[unroll]] for (uint i = 0; i < FRAGMENTS_M; i++)
                sums[i * FRAGMENTS_N + j] = coopMatMulAdd (x[i], w, sums[i * FRAGMENTS_N + j]);
            }
        }
    }

  [[unroll]] for (uint i = 0; i < FRAGMENTS_M; i++)
    [[unroll]] for (uint j = 0; j < FRAGMENTS_N; j++)
      {
        coopMatStore (sums[i * FRAGMENTS_N + j], pz_fragments, slice, COOP_N,
                      gl_CooperativeMatrixLayoutRowMajor);
        pz_subgroup_barrier ();
        pz_finish_fragment (slice, first_row + x_row + i * COOP_M,
                            first_column + w_row + j * COOP_N, y_start);
        pz_subgroup_barrier ();
      }
}

#endif
