// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A lane keeps ROWS queries in registers and processes the keys in order, KEYS per iteration. All lanes read the same key
// (uniform addresses), so it is loaded once for ROWS x lanes queries. Scores are f32, scaled for exp2. More keys per iteration
// mean less rescaling and fewer iterations, in each of which the software driver copies all values that the lane holds. The
// sums for different keys are interleaved; otherwise each addition would wait for the previous one.
#ifndef PZ_ATTENTION_ROWS_GLSL
#define PZ_ATTENTION_ROWS_GLSL

#include "shaders/lib/attention-head.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_KEYS) const uint KEYS = 2;
layout (constant_id = PZ_SPEC_ATTENTION_MASKS) const uint MASKS = 0;

vec4 pz_queries[ROWS * PZ_QUADS]; // scaled
float pz_scores[ROWS * KEYS];
float pz_maxima[ROWS]; // so far
float pz_totals[ROWS]; // of weights, relative to the maximum

// Index of this lane's query r; neighbouring lanes have neighbouring queries.
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

      [[unroll]] for (uint quad = 0; quad < PZ_QUADS; quad++)
        pz_queries[r * PZ_QUADS + quad] = pz_row4 (args.q, start, quad) * scale;
      pz_maxima[r] = PZ_MASKED;
      pz_totals[r] = 0.0;
    }
}

// Address of this head's part of key (or value) i; if i is beyond the last key, that of the last key.
uint64_t
pz_key_address (uint64_t address, uint i)
{
  return pz_key_row (address, min (i, args.keys - 1), args.keys, args.width);
}

// Scores of all queries against KEYS keys, starting at `first`. Each sum runs over the head in order. Scores beyond the last
// key start at PZ_MASKED: this test is uniform, while pz_sees differs between lanes.
void
pz_score_keys (uint first)
{
  [[unroll]] for (uint j = 0; j < KEYS; j++) [[unroll]]
    for (uint r = 0; r < ROWS; r++)
      pz_scores[r * KEYS + j] = first + j < args.keys ? 0.0 : PZ_MASKED;
  [[unroll]] for (uint quad = 0; quad < PZ_QUADS; quad++) [[unroll]]
    for (uint j = 0; j < KEYS; j++)
      {
        const vec4 key = pz_key4 (pz_key_address (args.k, first + j), quad);

        [[unroll]] for (uint r = 0; r < ROWS; r++)
          pz_scores[r * KEYS + j]
            = pz_dot4 (pz_queries[r * PZ_QUADS + quad], key, pz_scores[r * KEYS + j]);
      }
}

// One step of the online softmax: turns the scores of query r into weights relative to the new maximum and adds them to
// the total. Returns the factor by which the caller must rescale its other sums.
float
pz_softmax_update (uint r)
{
  float maximum = pz_maxima[r];
  float total = 0.0;

  [[unroll]] for (uint j = 0; j < KEYS; j++)
    maximum = max (maximum, pz_scores[r * KEYS + j]);
  [[unroll]] for (uint j = 0; j < KEYS; j++)
    {
      pz_scores[r * KEYS + j] = exp2 (pz_scores[r * KEYS + j] - maximum);
      total += pz_scores[r * KEYS + j];
    }

  const float rescale = exp2 (pz_maxima[r] - maximum);
  pz_totals[r] = fma (pz_totals[r], rescale, total);
  pz_maxima[r] = maximum;
  return rescale;
}

#endif
