// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Matrix product on cooperative matrices, with operands staged by staged-operands.glsl. Sums run over k in order, COOP_K at a
// time, for every tile size.
#ifndef PZ_COOP_TILE_GLSL
#define PZ_COOP_TILE_GLSL

#include "shaders/args/spec.h"
#include "shaders/lib/coop.glsl"
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

const uint TILE_M = COOP_M * FRAGMENTS_M * SUBGROUPS_M;
const uint TILE_N = COOP_N * FRAGMENTS_N * SUBGROUPS_N;

#include "shaders/lib/split.glsl"
#include "shaders/lib/staged-operands.glsl"

const uint FRAGMENT = COOP_M * COOP_N;

shared float pz_fragments[SUBGROUPS_M * SUBGROUPS_N * FRAGMENT];

// Applies the epilogue to the fragment in this subgroup's slice of pz_fragments.
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
          pz_finish4 (vec4 (pz_fragments[at], pz_fragments[at + 1], pz_fragments[at + 2],
                          pz_fragments[at + 3]),
                      row, column, y_start + row * args.n + column);
      }
  else
    for (uint i = gl_SubgroupInvocationID; i < FRAGMENT; i += gl_SubgroupSize)
      {
        const uint row = first_row + i / COOP_N;
        const uint column = first_column + i % COOP_N;

        if (row < args.m && column < args.n)
          pz_finish1 (pz_fragments[slice + i], row, column, y_start + row * args.n + column);
      }
}

void
pz_staged_product (uint first_row, uint first_column, uint n_k, uint y_start)
{
  const uint x_row = gl_SubgroupID / SUBGROUPS_N * FRAGMENTS_M * COOP_M;
  const uint w_row = gl_SubgroupID % SUBGROUPS_N * FRAGMENTS_N * COOP_N;
  const uint slice = gl_SubgroupID * FRAGMENT;
  const uvec2 range = pz_split_range (n_k);
  coopmat<float, gl_ScopeSubgroup, COOP_M, COOP_N, gl_MatrixUseAccumulator>
    sums[FRAGMENTS_M * FRAGMENTS_N];

  [[unroll]] for (uint i = 0; i < FRAGMENTS_M * FRAGMENTS_N; i++)
    sums[i]
      = coopmat<float, gl_ScopeSubgroup, COOP_M, COOP_N, gl_MatrixUseAccumulator> (0.0);
  pz_begin_tiles (first_row, first_column, range.x);
  for (uint k = range.x; k < range.y; k += STEP_K)
    {
      const uint second = pz_next_tiles (first_column, k, range.y);
      const uint x_tile = second * TILE_M * STRIDE, w_tile = second * TILE_N * STRIDE;

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
