// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A workgroup keeps queries and their dO, and streams over keys and values twice: first for the softmax statistics, then for
// dQ = dS K. The weights that are multiplied by K are relative to each row's maximum, so that they fit in f16; the row's factor
// is applied at the end.
#version 460
#extension GL_GOOGLE_include_directive : require

#define PZ_OWN_A args.q
#define PZ_OWN_B args.d_out
#define PZ_OWN_ROWS args.queries
#define PZ_STREAMED_A args.k
#define PZ_STREAMED_B args.v
#define PZ_STREAMED_ROWS args.keys
#define PZ_QUERIES ROWS
#define PZ_ROW_FACTOR(ROW) pz_statistics[(ROW) * 3 + 1]

#include "shaders/lib/attention-gradient-tile.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_GRADIENT_WRITES) const uint WRITES = 1;

// Neighbouring lanes share a row of the dot products.
const uint ROW_LANES = LANES / ROWS;
const uint OWN_QUADS = (STREAMED / 4 + ROW_LANES - 1) / ROW_LANES;

shared uvec2 pz_weights[ROWS * WEIGHT_STRIDE];
shared float pz_lane_values[LANES * 3];

SUMS pz_sums[COLUMN_FRAGMENTS];
// Statistics of this lane's columns.
float pz_maximum = PZ_MASKED;
float pz_total = 0.0;
float pz_mean = 0.0; // rowsum (P dP), before the division by the total

void
add_statistics (uint first_key)
{
  const uint row = gl_LocalInvocationID.x / ROW_LANES;
  const uint query = pz_first_row () + row;
  vec4 scores[OWN_QUADS];
  float above = pz_maximum;

  [[unroll]] for (uint c = 0; c < OWN_QUADS; c++)
    {
      const uint quad = c * ROW_LANES + gl_LocalInvocationID.x % ROW_LANES;

      scores[c] = vec4 (PZ_MASKED);
      if (quad < STREAMED / 4) [[unroll]]
        for (uint i = 0; i < 4; i++)
          {
            const uint key = first_key + quad * 4 + i;

            if (pz_counts (query, key))
              scores[c][i] = pz_score (query, key, pz_dots_a[row * DOT_STRIDE + quad * 4 + i]);
            above = max (above, scores[c][i]);
          }
    }
  const float rescale = exp2 (pz_maximum - above);

  pz_maximum = above;
  pz_total *= rescale;
  pz_mean *= rescale;
  [[unroll]] for (uint c = 0; c < OWN_QUADS; c++)
    {
      const uint quad = c * ROW_LANES + gl_LocalInvocationID.x % ROW_LANES;
      const uint at = row * DOT_STRIDE + min (quad, STREAMED / 4 - 1) * 4;
      const vec4 weights = mix (exp2 (scores[c] - above), vec4 (0.0), equal (scores[c], vec4 (PZ_MASKED)));

      pz_total += weights.x + weights.y + weights.z + weights.w;
      pz_mean += dot (weights, vec4 (pz_dots_b[at], pz_dots_b[at + 1], pz_dots_b[at + 2], pz_dots_b[at + 3]));
    }
}

// Combines the statistics of the lanes into those of whole rows.
void
finish_statistics ()
{
  const uint lane = gl_LocalInvocationID.x, row = lane / ROW_LANES, first = row * ROW_LANES;
  float maximum = PZ_MASKED, total = 0.0, mean = 0.0;

  pz_lane_values[lane * 3] = pz_maximum;
  pz_lane_values[lane * 3 + 1] = pz_total;
  pz_lane_values[lane * 3 + 2] = pz_mean;
  barrier ();
  [[unroll]] for (uint i = 0; i < ROW_LANES; i++)
    maximum = max (maximum, pz_lane_values[(first + i) * 3]);
  [[unroll]] for (uint i = 0; i < ROW_LANES; i++)
    {
      const float factor = exp2 (pz_lane_values[(first + i) * 3] - maximum);

      total += factor * pz_lane_values[(first + i) * 3 + 1];
      mean += factor * pz_lane_values[(first + i) * 3 + 2];
    }
  if (lane == first)
    {
      const vec3 statistics = vec3 (maximum, 1.0 / total, mean / total);

      [[unroll]] for (uint i = 0; i < 3; i++)
        {
          pz_statistics[row * 3 + i] = statistics[i];
          if (pz_first_row () + row < args.queries)
            store1_f32 (args.statistics, pz_statistics_at (pz_first_row () + row) + i, statistics[i]);
        }
    }
  barrier ();
}

// P (dP - rowsum (P dP)), relative to each row's maximum.
void
weigh (uint first_key)
{
  for (uint i = gl_LocalInvocationID.x; i < ROWS * STREAMED / 4; i += LANES)
    {
      const uint row = i / (STREAMED / 4), quad = i % (STREAMED / 4);
      const uint query = pz_first_row () + row;
      vec4 weights = vec4 (0.0);

      [[unroll]] for (uint j = 0; j < 4; j++)
        {
          const uint key = first_key + quad * 4 + j;
          const uint at = row * DOT_STRIDE + quad * 4 + j;

          if (pz_counts (query, key))
            weights[j] = exp2 (pz_score (query, key, pz_dots_a[at]) - pz_statistics[row * 3])
                         * (pz_dots_b[at] - pz_statistics[row * 3 + 2]);
        }
      pz_weights[row * WEIGHT_STRIDE + quad] = unpack32 (pz_pack4 (weights));
    }
}

void
main ()
{
  pz_load_own ();
  pz_fetch (0);
  for (uint first = 0; first < args.keys; first += STREAMED)
    {
      pz_stage (first);
      pz_compute_dots ();
      barrier ();
      add_statistics (first);
    }
  finish_statistics ();
  if (WRITES == 0)
    return;

  [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
    pz_sums[f] = SUMS (0.0);
  pz_fetch (0);
  for (uint first = 0; first < args.keys; first += STREAMED)
    {
      pz_stage (first);
      pz_compute_dots ();
      barrier ();
      weigh (first);
      barrier ();
      PZ_ADD_ROWS (pz_weights, pz_streamed_a, pz_sums)
    }
  barrier ();
  [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
    pz_store_sums (pz_sums[f], args.d_q, f, args.scale);
}
