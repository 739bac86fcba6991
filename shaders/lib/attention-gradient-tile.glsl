// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention gradient on cooperative matrices. A workgroup keeps ROWS rows (of queries or of keys) of two tensors and streams
// over all rows of the other kind, STREAMED at a time, while the next ones are fetched into registers. ROWS is divided into
// matrices of COOP_M rows; SUBGROUPS_N subgroups share one matrix: they split the dot products by streamed rows, and the sums
// by columns. The including file defines PZ_OWN_A, PZ_OWN_B and PZ_OWN_ROWS and the same for the streamed rows
// (args/attention_gradient_matrices.h), PZ_QUERIES (ROWS or STREAMED, whichever counts queries), and PZ_ROW_FACTOR (row), a
// factor of each row of a result.
#ifndef PZ_ATTENTION_GRADIENT_TILE_GLSL
#define PZ_ATTENTION_GRADIENT_TILE_GLSL

#include "shaders/lib/coop.glsl"
#include "shaders/args/attention_gradient_matrices.h"
#include "shaders/lib/attention-chunks.glsl"
#include "shaders/lib/attention-rules.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_KEYS) const uint STREAMED = 32;
layout (constant_id = PZ_SPEC_ATTENTION_MASKS) const uint MASKS = 0;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_M) const uint COOP_M = 16;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_N) const uint COOP_N = 16;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_K) const uint COOP_K = 16;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_SUBGROUPS_N) const uint SUBGROUPS_N = 1;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_DEPTH) const uint COLUMNS = 64; // columns of the head, padded

#define SUMS coopmat<float, gl_ScopeSubgroup, COOP_M, COOP_N, gl_MatrixUseAccumulator>

const uint LANES = gl_WorkGroupSize.x;
const uint FRAGMENT = COOP_M * COOP_N;
const uint DOT_FRAGMENTS = STREAMED / COOP_N / SUBGROUPS_N; // per subgroup
const uint COLUMN_FRAGMENTS = COLUMNS / COOP_N / SUBGROUPS_N;
// Row lengths of the tiles, in chunks of eight f16 values or four weights; 16 bytes of padding avoid bank conflicts.
const uint CHUNKS = COLUMNS / 8;
const uint STRIDE = CHUNKS + 1;
const uint DOT_STRIDE = STREAMED + 4;
const uint WEIGHT_STRIDE = STREAMED / 4 + 2;
const uint FETCHED = (STREAMED * CHUNKS + LANES - 1) / LANES; // chunks per lane and tensor

shared uvec4 pz_own_a[ROWS * STRIDE];
shared uvec4 pz_own_b[ROWS * STRIDE];
shared uvec4 pz_streamed_a[STREAMED * STRIDE];
shared uvec4 pz_streamed_b[STREAMED * STRIDE];
shared float pz_dots_a[ROWS * DOT_STRIDE]; // own_a streamed_a^T; at the end, one slice of the sums per subgroup
shared float pz_dots_b[ROWS * DOT_STRIDE];
shared float pz_statistics[PZ_QUERIES * 3]; // of the own or staged queries, laid out as args.statistics

uvec4 pz_next_a[FETCHED];
uvec4 pz_next_b[FETCHED];

uint
pz_first_row ()
{
  return gl_WorkGroupID.x * ROWS;
}

void
pz_load_own ()
{
  for (uint i = gl_LocalInvocationID.x; i < ROWS * CHUNKS; i += LANES)
    {
      const uint row = i / CHUNKS, chunk = i % CHUNKS;
      const uint at = row * STRIDE + chunk;

      pz_own_a[at] = pz_row_chunk (PZ_OWN_A, pz_first_row () + row, PZ_OWN_ROWS, args.width, chunk);
      pz_own_b[at] = pz_row_chunk (PZ_OWN_B, pz_first_row () + row, PZ_OWN_ROWS, args.width, chunk);
    }
}

void
pz_fetch (uint first)
{
  [[unroll]] for (uint c = 0; c < FETCHED; c++)
    {
      const uint i = c * LANES + gl_LocalInvocationID.x;
      const uint row = first + i / CHUNKS, chunk = i % CHUNKS;

      pz_next_a[c] = pz_row_chunk (PZ_STREAMED_A, row, PZ_STREAMED_ROWS, args.width, chunk);
      pz_next_b[c] = pz_row_chunk (PZ_STREAMED_B, row, PZ_STREAMED_ROWS, args.width, chunk);
    }
}

// Copies the fetched rows to shared memory, and fetches the rows that follow those from `first` on.
void
pz_stage (uint first)
{
  barrier ();
  [[unroll]] for (uint c = 0; c < FETCHED; c++)
    {
      const uint i = c * LANES + gl_LocalInvocationID.x;

      if (i < STREAMED * CHUNKS)
        {
          pz_streamed_a[i / CHUNKS * STRIDE + i % CHUNKS] = pz_next_a[c];
          pz_streamed_b[i / CHUNKS * STRIDE + i % CHUNKS] = pz_next_b[c];
        }
    }
  barrier ();
  if (first + STREAMED < PZ_STREAMED_ROWS)
    pz_fetch (first + STREAMED);
}

// Dot products of all own rows with all staged rows.
#define PZ_DOTS(OWN, STAGED, DOTS)                                                               \
  {                                                                                              \
    const uint row = gl_SubgroupID / SUBGROUPS_N * COOP_M;                                       \
    const uint first = gl_SubgroupID % SUBGROUPS_N * DOT_FRAGMENTS * COOP_N;                     \
    SUMS dots[DOT_FRAGMENTS];                                                                    \
                                                                                                 \
    [[unroll]] for (uint j = 0; j < DOT_FRAGMENTS; j++)                                          \
      dots[j] = SUMS (0.0);                                                                      \
    [[unroll]] for (uint d = 0; d < COLUMNS; d += COOP_K)                                        \
      {                                                                                          \
        coopmat<float16_t, gl_ScopeSubgroup, COOP_M, COOP_K, gl_MatrixUseA> own;                 \
                                                                                                 \
        coopMatLoad (own, OWN, row * STRIDE + d / 8, STRIDE,                                     \
                     gl_CooperativeMatrixLayoutRowMajor);                                        \
        [[unroll]] for (uint j = 0; j < DOT_FRAGMENTS; j++)                                      \
          {                                                                                      \
            coopmat<float16_t, gl_ScopeSubgroup, COOP_K, COOP_N, gl_MatrixUseB> staged;          \
                                                                                                 \
            coopMatLoad (staged, STAGED, (first + j * COOP_N) * STRIDE + d / 8, STRIDE,          \
                         gl_CooperativeMatrixLayoutColumnMajor);                                 \
            dots[j] = coopMatMulAdd (own, staged, dots[j]);                                      \
          }                                                                                      \
      }                                                                                          \
    [[unroll]] for (uint j = 0; j < DOT_FRAGMENTS; j++)                                          \
      coopMatStore (dots[j], DOTS, row * DOT_STRIDE + first + j * COOP_N, DOT_STRIDE,            \
                    gl_CooperativeMatrixLayoutRowMajor);                                         \
  }

void
pz_compute_dots ()
{
  PZ_DOTS (pz_own_a, pz_streamed_a, pz_dots_a)
  PZ_DOTS (pz_own_b, pz_streamed_b, pz_dots_b)
}

// Adds the weighted staged rows to the sums.
#define PZ_ADD_ROWS(WEIGHTS, STAGED, TOTALS)                                                     \
  {                                                                                              \
    const uint row = gl_SubgroupID / SUBGROUPS_N * COOP_M;                                       \
    const uint column = gl_SubgroupID % SUBGROUPS_N * COLUMN_FRAGMENTS * COOP_N;                 \
                                                                                                 \
    [[unroll]] for (uint k = 0; k < STREAMED; k += COOP_K)                                       \
      {                                                                                          \
        coopmat<float16_t, gl_ScopeSubgroup, COOP_M, COOP_K, gl_MatrixUseA> weights;             \
                                                                                                 \
        coopMatLoad (weights, WEIGHTS, row * WEIGHT_STRIDE + k / 4, WEIGHT_STRIDE,               \
                     gl_CooperativeMatrixLayoutRowMajor);                                        \
        [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)                                   \
          {                                                                                      \
            coopmat<float16_t, gl_ScopeSubgroup, COOP_K, COOP_N, gl_MatrixUseB> staged;          \
                                                                                                 \
            coopMatLoad (staged, STAGED, k * STRIDE + (column + f * COOP_N) / 8, STRIDE,         \
                         gl_CooperativeMatrixLayoutRowMajor);                                    \
            TOTALS[f] = coopMatMulAdd (weights, staged, TOTALS[f]);                              \
          }                                                                                      \
      }                                                                                          \
  }

float
pz_score (uint query, uint key, float dot)
{
  const float score = dot * args.scale_log2e;

  return MASKS != 0 ? score + pz_key_bias (min (key, args.keys - 1)) : score;
}

bool
pz_counts (uint query, uint key)
{
  return query < args.queries && (MASKS != 0 ? pz_sees (query, key) : key < args.keys);
}

uint
pz_statistics_at (uint query)
{
  return ((gl_WorkGroupID.z * args.heads + gl_WorkGroupID.y) * args.queries + query) * 3;
}

// Stores the sums of the subgroup's column fragment f, multiplied by a factor.
void
pz_store_sums (SUMS sums, uint64_t address, uint f, float factor)
{
  const uint slice = gl_SubgroupID * FRAGMENT;
  const uint first_row = gl_SubgroupID / SUBGROUPS_N * COOP_M;
  const uint first_column = (gl_SubgroupID % SUBGROUPS_N * COLUMN_FRAGMENTS + f) * COOP_N;

  coopMatStore (sums, pz_dots_a, slice, COOP_N, gl_CooperativeMatrixLayoutRowMajor);
  pz_subgroup_barrier ();
  for (uint i = gl_SubgroupInvocationID * 4; i < FRAGMENT; i += gl_SubgroupSize * 4)
    {
      const uint row = first_row + i / COOP_N, column = first_column + i % COOP_N, at = slice + i;

      if (pz_first_row () + row < PZ_OWN_ROWS && column < HEAD_DIM)
        pz_store_quad (address, pz_row_start (pz_first_row () + row, PZ_OWN_ROWS, args.width),
                       column / 4,
                       vec4 (pz_dots_a[at], pz_dots_a[at + 1], pz_dots_a[at + 2], pz_dots_a[at + 3])
                         * (factor * PZ_ROW_FACTOR (row)));
    }
  pz_subgroup_barrier ();
}

#endif
