// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention in one pass over the keys, for heads too wide for the registers of one lane (the VAE's single head of 512). A
// workgroup has ROWS queries, a multiple of 4. Keys are processed in blocks of one key per lane: each lane computes the scores
// of its key, then, with the scores in shared memory, the weighted sums of its own columns of the values.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/attention.h"
#include "shaders/lib/attention-rules.glsl"

const uint LANES = gl_WorkGroupSize.x;
const uint ROW_QUADS = ROWS / 4;
// Quads of columns per lane, LANES apart, so that neighbouring lanes load contiguous memory.
const uint OWN_QUADS = (PZ_QUADS + LANES - 1) / LANES;

shared vec4 queries[PZ_QUADS * ROWS]; // scaled; [PZ_QUADS, ROWS]
shared vec4 scores[LANES * ROW_QUADS]; // [LANES, ROW_QUADS]: all rows of a key, then the next key
shared vec4 weights[LANES * ROW_QUADS];

vec4 values[OWN_QUADS * ROWS];
vec4 maxima[ROW_QUADS];
vec4 totals[ROW_QUADS];

void
load_queries (uint first_query)
{
  for (uint i = gl_LocalInvocationID.x; i < PZ_QUADS * ROWS; i += LANES)
    {
      const uint query = min (first_query + i % ROWS, args.queries - 1);
      const uint start = pz_row_start (query, args.queries, args.width);

      queries[i] = pz_row4 (args.q, start, i / ROWS) * args.scale_log2e;
    }
}

// Scores of this lane's key for all rows.
void
score_key (uint key, uint first_query)
{
  const uint there = min (key, args.keys - 1);
  const uint start = pz_row_start (there, args.keys, args.width);
  const float bias = pz_key_bias (there);
  float sums[ROWS];

  [[unroll]] for (uint r = 0; r < ROWS; r++)
    sums[r] = bias;
  [[dont_unroll]] for (uint quad = 0; quad < PZ_QUADS; quad++)
    {
      const vec4 k = pz_row4 (args.k, start, quad);

      [[unroll]] for (uint r = 0; r < ROWS; r++)
        sums[r] = pz_dot4 (queries[quad * ROWS + r], k, sums[r]);
    }
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    if (!pz_sees (first_query + r, key))
      sums[r] = PZ_MASKED;
  [[unroll]] for (uint i = 0; i < ROW_QUADS; i++)
    scores[gl_LocalInvocationID.x * ROW_QUADS + i]
      = vec4 (sums[i * 4], sums[i * 4 + 1], sums[i * 4 + 2], sums[i * 4 + 3]);
}

// Turns scores into weights relative to the new maximum, and rescales the running sums. All lanes keep the same maxima and
// totals.
void
softmax_update ()
{
  const uint own = gl_LocalInvocationID.x * ROW_QUADS;

  [[unroll]] for (uint i = 0; i < ROW_QUADS; i++)
    {
      vec4 maximum = maxima[i];

      [[dont_unroll]] for (uint j = 0; j < LANES; j++)
        maximum = max (maximum, scores[j * ROW_QUADS + i]);
      weights[own + i] = exp2 (scores[own + i] - maximum);

      const vec4 rescale = exp2 (maxima[i] - maximum);
      maxima[i] = maximum;
      totals[i] *= rescale;
      [[unroll]] for (uint f = 0; f < OWN_QUADS; f++) [[unroll]]
        for (uint r = 0; r < 4; r++)
          values[f * ROWS + i * 4 + r] *= rescale[r];
    }
}

void
add_values (uint first_key)
{
  const uint n_keys = min (LANES, args.keys - first_key);

  [[dont_unroll]] for (uint j = 0; j < n_keys; j++)
    {
      const uint start = pz_row_start (first_key + j, args.keys, args.width);
      vec4 weight[ROW_QUADS];

      [[unroll]] for (uint i = 0; i < ROW_QUADS; i++)
        {
          weight[i] = weights[j * ROW_QUADS + i];
          totals[i] += weight[i];
        }
      [[unroll]] for (uint f = 0; f < OWN_QUADS; f++)
        {
          // Beyond the last column, loads the last one again; it is not stored.
          const uint quad = min (f * LANES + gl_LocalInvocationID.x, PZ_QUADS - 1);
          const vec4 value = pz_row4 (args.v, start, quad);

          [[unroll]] for (uint r = 0; r < ROWS; r++)
            values[f * ROWS + r] =
              fma (vec4 (weight[r / 4][r % 4]), value, values[f * ROWS + r]);
        }
    }
}

void
store_row (uint query, uint r)
{
  const uint start = pz_row_start (query, args.queries, args.width);
  const float factor = 1.0 / totals[r / 4][r % 4];

  [[unroll]] for (uint f = 0; f < OWN_QUADS; f++)
    {
      const uint quad = f * LANES + gl_LocalInvocationID.x;

      if (quad < PZ_QUADS)
        pz_store_quad (args.y, start, quad, values[f * ROWS + r] * factor);
    }
}

void
main ()
{
  const uint first_query = gl_WorkGroupID.x * ROWS;
  const uint end = pz_keys_seen (first_query + ROWS);

  load_queries (first_query);
  [[unroll]] for (uint i = 0; i < ROW_QUADS; i++)
    {
      maxima[i] = vec4 (PZ_MASKED);
      totals[i] = vec4 (0.0);
    }
  [[unroll]] for (uint i = 0; i < OWN_QUADS * ROWS; i++)
    values[i] = vec4 (0.0);
  barrier ();

  for (uint block = 0; block < end; block += LANES)
    {
      score_key (block + gl_LocalInvocationID.x, first_query);
      barrier ();
      // The barrier below protects the scores from the next block; the barrier above protects the weights.
      softmax_update ();
      barrier ();
      add_values (block);
    }

  [[unroll]] for (uint r = 0; r < ROWS; r++)
    if (first_query + r < args.queries)
      store_row (first_query + r, r);
}
