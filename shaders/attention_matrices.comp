// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention in one pass (online softmax) on cooperative matrices, for heads of any width. A workgroup has ROWS queries:
// SUBGROUPS_M matrices of COOP_M rows, each shared by SUBGROUPS_N subgroups. For a block of KEYS keys, these split the scores
// by keys and then the weighted sums of the values by columns. Keys and values pass through shared memory, DEPTH columns of the
// head at a time; the next part is fetched into registers while the current one is multiplied.
//
// The sums of the values stay in matrices, whose mapping of elements to lanes is unknown. To rescale them they must pass
// through shared memory, so this is done only if a score exceeds the row's reference by PZ_SLACK: weights are relative to the
// reference, and up to 2^PZ_SLACK, which f16 represents as precisely as weights up to 1. (Dao, "FlashAttention-2", arXiv
// 2307.08691, section 3.1, rescales at every block.)
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/coop.glsl"
#include "shaders/args/attention.h"
#include "shaders/lib/attention-chunks.glsl"
#include "shaders/lib/attention-rules.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_KEYS) const uint KEYS = 32;
layout (constant_id = PZ_SPEC_ATTENTION_MASKS) const uint MASKS = 0;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_M) const uint COOP_M = 16;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_N) const uint COOP_N = 16;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_K) const uint COOP_K = 16;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_SUBGROUPS_N) const uint SUBGROUPS_N = 1;
layout (constant_id = PZ_SPEC_ATTENTION_COOP_DEPTH) const uint DEPTH = 64;

#define SUMS coopmat<float, gl_ScopeSubgroup, COOP_M, COOP_N, gl_MatrixUseAccumulator>

const float PZ_SLACK = 8.0;

const uint LANES = gl_WorkGroupSize.x;
const uint FRAGMENT = COOP_M * COOP_N;
const uint PARTS = (HEAD_DIM + DEPTH - 1) / DEPTH; // of the head's columns
const uint KEY_FRAGMENTS = KEYS / COOP_N / SUBGROUPS_N; // per subgroup
const uint COLUMN_FRAGMENTS = DEPTH / COOP_N / SUBGROUPS_N; // per subgroup and part
// Row lengths of the tiles, in chunks of eight f16 values or four weights; 16 bytes of padding avoid bank conflicts.
const uint PART_CHUNKS = DEPTH / 8;
const uint KEY_STRIDE = PART_CHUNKS + 1;
const uint QUERY_STRIDE = PARTS * PART_CHUNKS + 1;
const uint WEIGHT_STRIDE = KEYS / 4 + 2;
const uint SCORE_STRIDE = KEYS + 4;
const uint FETCHED = (KEYS * PART_CHUNKS + LANES - 1) / LANES; // chunks of a part per lane
// Neighbouring lanes share a row of the scores, or each lane has several rows, LANES apart.
const uint ROW_LANES = LANES > ROWS ? LANES / ROWS : 1;
const uint OWN_ROWS = (ROWS * ROW_LANES + LANES - 1) / LANES;
const uint OWN_QUADS = (KEYS / 4 + ROW_LANES - 1) / ROW_LANES;

shared uvec4 pz_queries[ROWS * QUERY_STRIDE];
shared uvec4 pz_part[KEYS * KEY_STRIDE]; // of the keys or of the values
shared float pz_scores[ROWS * SCORE_STRIDE];
shared uvec2 pz_weights[ROWS * WEIGHT_STRIDE];
shared float pz_factors[ROWS]; // for the sums of the values
shared uint pz_rescales; // 1: a factor is not 1. One flag for all, so that barriers are in uniform control flow.
shared float pz_lane_values[LANES];
shared float pz_fragments[ROWS / COOP_M * SUBGROUPS_N * FRAGMENT];

uvec4 pz_next[FETCHED];
float pz_references[OWN_ROWS];
float pz_totals[OWN_ROWS]; // of this lane's columns

void
load_queries (uint first_query)
{
  for (uint i = gl_LocalInvocationID.x; i < ROWS * PARTS * PART_CHUNKS; i += LANES)
    {
      const uint row = i / (PARTS * PART_CHUNKS), chunk = i % (PARTS * PART_CHUNKS);

      pz_queries[row * QUERY_STRIDE + chunk] = pz_row_chunk (args.q, first_query + row, args.queries, args.width, chunk);
    }
}

void
fetch_part (uint64_t address, uint first_key, uint part)
{
  [[unroll]] for (uint c = 0; c < FETCHED; c++)
    {
      const uint i = c * LANES + gl_LocalInvocationID.x;

      pz_next[c] = pz_row_chunk (address, first_key + i / PART_CHUNKS, args.keys, args.width,
                                 part * PART_CHUNKS + i % PART_CHUNKS);
    }
}

// Copies the fetched part to shared memory.
void
stage_part ()
{
  barrier ();
  [[unroll]] for (uint c = 0; c < FETCHED; c++)
    {
      const uint i = c * LANES + gl_LocalInvocationID.x;

      if (i < KEYS * PART_CHUNKS)
        pz_part[i / PART_CHUNKS * KEY_STRIDE + i % PART_CHUNKS] = pz_next[c];
    }
  barrier ();
}

float
maximum_of_row (float value)
{
  const uint first = gl_LocalInvocationID.x / ROW_LANES * ROW_LANES;

  pz_lane_values[gl_LocalInvocationID.x] = value;
  barrier ();
  [[unroll]] for (uint i = 0; i < ROW_LANES; i++)
    value = max (value, pz_lane_values[first + i]);
  barrier ();
  return value;
}

// Reads this lane's scores of a row, scaled for exp2, with bias and mask. Returns the largest.
float
read_scores (uint row, uint query, uint first_key, out vec4 scores[OWN_QUADS])
{
  float largest = PZ_MASKED;

  [[unroll]] for (uint c = 0; c < OWN_QUADS; c++)
    {
      const uint quad = c * ROW_LANES + gl_LocalInvocationID.x % ROW_LANES;

      scores[c] = vec4 (PZ_MASKED);
      if (quad < KEYS / 4) [[unroll]]
        for (uint i = 0; i < 4; i++)
          {
            const uint key = first_key + quad * 4 + i;
            float score = pz_scores[row * SCORE_STRIDE + quad * 4 + i] * args.scale_log2e;

            if (MASKS != 0)
              score += pz_key_bias (min (key, args.keys - 1));
            if (MASKS != 0 ? pz_sees (query, key) : key < args.keys)
              scores[c][i] = score;
            largest = max (largest, scores[c][i]);
          }
    }
  return largest;
}

// Turns the scores of a block into weights relative to each row's reference.
void
weigh (uint first_query, uint first_key)
{
  [[unroll]] for (uint r = 0; r < OWN_ROWS; r++)
    {
      const uint row = (r * LANES + gl_LocalInvocationID.x) / ROW_LANES;
      const uint kept = min (row, ROWS - 1); // lanes beyond the last row repeat it
      vec4 scores[OWN_QUADS];
      const float largest
        = maximum_of_row (read_scores (kept, first_query + kept, first_key, scores));
      float factor = 1.0;

      if (largest > pz_references[r] + PZ_SLACK)
        {
          factor = exp2 (pz_references[r] - largest);
          pz_references[r] = largest;
          pz_totals[r] *= factor;
          if (first_key > 0) // otherwise all sums are 0
            pz_rescales = 1;
        }
      pz_factors[kept] = factor;
      [[unroll]] for (uint c = 0; c < OWN_QUADS; c++)
        {
          const uint quad = c * ROW_LANES + gl_LocalInvocationID.x % ROW_LANES;
          const uint64_t halves = pz_pack4 (mix (exp2 (scores[c] - pz_references[r]), vec4 (0.0),
                                                 equal (scores[c], vec4 (PZ_MASKED))));
          const vec4 weights = pz_unpack4 (halves); // the rounded weights that multiply the values, so that they sum to one

          pz_totals[r] += weights.x + weights.y + weights.z + weights.w;
          if (quad < KEYS / 4)
            pz_weights[kept * WEIGHT_STRIDE + quad] = unpack32 (halves);
        }
    }
}

// Multiplies the rows of the sums by their factors.
void
rescale (inout SUMS sums, uint slice, uint first_row)
{
  coopMatStore (sums, pz_fragments, slice, COOP_N, gl_CooperativeMatrixLayoutRowMajor);
  pz_subgroup_barrier ();
  for (uint i = gl_SubgroupInvocationID; i < FRAGMENT; i += gl_SubgroupSize)
    pz_fragments[slice + i] *= pz_factors[first_row + i / COOP_N];
  pz_subgroup_barrier ();
  coopMatLoad (sums, pz_fragments, slice, COOP_N, gl_CooperativeMatrixLayoutRowMajor);
  pz_subgroup_barrier ();
}

void
store (SUMS sums, uint slice, uint first_query, uint first_row, uint first_column)
{
  coopMatStore (sums, pz_fragments, slice, COOP_N, gl_CooperativeMatrixLayoutRowMajor);
  pz_subgroup_barrier ();
  for (uint i = gl_SubgroupInvocationID * 4; i < FRAGMENT; i += gl_SubgroupSize * 4)
    {
      const uint row = first_row + i / COOP_N, query = first_query + row;
      const uint column = first_column + i % COOP_N, at = slice + i;

      if (query < args.queries && column < HEAD_DIM)
        pz_store_quad (args.y, pz_row_start (query, args.queries, args.width), column / 4,
                       vec4 (pz_fragments[at], pz_fragments[at + 1], pz_fragments[at + 2],
                             pz_fragments[at + 3])
                         * pz_factors[row]);
    }
  pz_subgroup_barrier ();
}

// Stores 1 / total of each row in pz_factors.
void
finish_totals ()
{
  [[unroll]] for (uint r = 0; r < OWN_ROWS; r++)
    {
      const uint lane = gl_LocalInvocationID.x, first = lane / ROW_LANES * ROW_LANES;
      const uint row = (r * LANES + lane) / ROW_LANES;
      float total = 0.0;

      barrier ();
      pz_lane_values[lane] = pz_totals[r];
      barrier ();
      [[unroll]] for (uint i = 0; i < ROW_LANES; i++)
        total += pz_lane_values[first + i];
      if (row < ROWS)
        pz_factors[row] = 1.0 / total;
    }
  barrier ();
}

void
main ()
{
  const uint first_query = gl_WorkGroupID.x * ROWS;
  const uint end = pz_keys_seen (first_query + ROWS);
  const uint m = gl_SubgroupID / SUBGROUPS_N, n = gl_SubgroupID % SUBGROUPS_N;
  const uint first_row = m * COOP_M;
  const uint slice = gl_SubgroupID * FRAGMENT;
  SUMS values[PARTS * COLUMN_FRAGMENTS];

  load_queries (first_query);
  [[unroll]] for (uint i = 0; i < PARTS * COLUMN_FRAGMENTS; i++)
    values[i] = SUMS (0.0);
  [[unroll]] for (uint r = 0; r < OWN_ROWS; r++)
    {
      pz_references[r] = PZ_MASKED;
      pz_totals[r] = 0.0;
    }
  fetch_part (args.k, 0, 0);

  for (uint block = 0; block < end; block += KEYS)
    {
      SUMS scores[KEY_FRAGMENTS];

      [[unroll]] for (uint j = 0; j < KEY_FRAGMENTS; j++)
        scores[j] = SUMS (0.0);
      [[unroll]] for (uint part = 0; part < PARTS; part++)
        {
          stage_part ();
          if (part + 1 < PARTS)
            fetch_part (args.k, block, part + 1);
          else
            fetch_part (args.v, block, 0);
          [[unroll]] for (uint d = 0; d < DEPTH; d += COOP_K)
            {
              coopmat<float16_t, gl_ScopeSubgroup, COOP_M, COOP_K, gl_MatrixUseA> query;

              coopMatLoad (query, pz_queries,
                           first_row * QUERY_STRIDE + part * PART_CHUNKS + d / 8, QUERY_STRIDE,
                           gl_CooperativeMatrixLayoutRowMajor);
              [[unroll]] for (uint j = 0; j < KEY_FRAGMENTS; j++)
                {
                  coopmat<float16_t, gl_ScopeSubgroup, COOP_K, COOP_N, gl_MatrixUseB> key;

                  coopMatLoad (key, pz_part,
                               (n * KEY_FRAGMENTS + j) * COOP_N * KEY_STRIDE + d / 8, KEY_STRIDE,
                               gl_CooperativeMatrixLayoutColumnMajor);
                  scores[j] = coopMatMulAdd (query, key, scores[j]);
                }
            }
        }
      [[unroll]] for (uint j = 0; j < KEY_FRAGMENTS; j++)
        coopMatStore (scores[j], pz_scores,
                      first_row * SCORE_STRIDE + (n * KEY_FRAGMENTS + j) * COOP_N, SCORE_STRIDE,
                      gl_CooperativeMatrixLayoutRowMajor);
      if (gl_LocalInvocationID.x == 0)
        pz_rescales = 0;
      barrier ();
      weigh (first_query, block);

      [[unroll]] for (uint part = 0; part < PARTS; part++)
        {
          stage_part ();
          if (part + 1 < PARTS)
            fetch_part (args.v, block, part + 1);
          else if (block + KEYS < end)
            fetch_part (args.k, block + KEYS, 0);
          if (pz_rescales != 0) [[unroll]]
            for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
              rescale (values[part * COLUMN_FRAGMENTS + f], slice, first_row);
          [[unroll]] for (uint key = 0; key < KEYS; key += COOP_K)
            {
              coopmat<float16_t, gl_ScopeSubgroup, COOP_M, COOP_K, gl_MatrixUseA> weight;

              coopMatLoad (weight, pz_weights, first_row * WEIGHT_STRIDE + key / 4, WEIGHT_STRIDE,
                           gl_CooperativeMatrixLayoutRowMajor);
              [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
                {
                  coopmat<float16_t, gl_ScopeSubgroup, COOP_K, COOP_N, gl_MatrixUseB> value;

                  coopMatLoad (value, pz_part,
                               key * KEY_STRIDE + (n * COLUMN_FRAGMENTS + f) * COOP_N / 8,
                               KEY_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                  values[part * COLUMN_FRAGMENTS + f]
                    = coopMatMulAdd (weight, value, values[part * COLUMN_FRAGMENTS + f]);
                }
            }
        }
    }

  finish_totals ();
  [[unroll]] for (uint part = 0; part < PARTS; part++)
    [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
      store (values[part * COLUMN_FRAGMENTS + f], slice, first_query, first_row,
             part * DEPTH + (n * COLUMN_FRAGMENTS + f) * COOP_N);
}
