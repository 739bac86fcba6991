// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One lane holds ROWS queries in registers and meets every key in order, KEYS at a time. Keys
// are the same for all lanes of a workgroup (uniform addresses), so a key is loaded once for
// ROWS x lanes queries. Scores are f32, in powers of two. Two keys at a time halve the rescaling;
// a loop over more halves no longer fits a processor's first cache, one over four floats does. Heads of 40
// and 80 with the sums of four keys one after the other, in turns (8 lanes, 2 processors): 59, 44 and
// 66, 61 GFLOP/s.
#ifndef PZ_ATTENTION_ROWS_GLSL
#define PZ_ATTENTION_ROWS_GLSL

#include "shaders/lib/attention-head.glsl"

#ifndef KEYS
#define KEYS 2
#endif

vec4 pz_queries[ROWS * PZ_FOURS]; // scaled
float pz_scores[ROWS * KEYS];

// The query of this lane's row r; lanes stand side by side.
uint
pz_query (uint r)
{
  return (gl_WorkGroupID.x * ROWS + r) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

void
pz_load_queries (uint queries, uint width, float scale)
{
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const uint start = pz_row_start (min (pz_query (r), queries - 1), queries, width);

      [[unroll]] for (uint four = 0; four < PZ_FOURS; four++)
        pz_queries[r * PZ_FOURS + four] = pz_row4 (args.q, start, four) * scale;
    }
}

// Scores of all rows against the keys from `first` on. Each sum runs over the head in order; the keys
// take turns, else every sum would wait for itself.
void
pz_score_keys (uint first)
{
  [[unroll]] for (uint i = 0; i < ROWS * KEYS; i++)
    pz_scores[i] = 0.0;
  [[unroll]] for (uint four = 0; four < PZ_FOURS; four++) [[unroll]]
    for (uint j = 0; j < KEYS; j++)
      {
        const uint there = min (first + j, args.keys - 1);
        const vec4 key = pz_key4 (pz_key_row (args.k, there, args.keys, args.width), four);

        [[unroll]] for (uint r = 0; r < ROWS; r++)
          pz_scores[r * KEYS + j]
            = pz_dot4 (pz_queries[r * PZ_FOURS + four], key, pz_scores[r * KEYS + j]);
      }
}

#endif
