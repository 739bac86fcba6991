// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention in one pass over the keys: running maximum, running total, and the weighted values
// so far, rescaled when the maximum grows. No score is ever stored.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/attention.h"
#include "shaders/lib/attention-rows.glsl"

vec4 values[ROWS * PZ_FOURS];
float maxima[ROWS];
float totals[ROWS];

void
score_block (uint first_key)
{
  [[unroll]] for (uint j = 0; j < KEYS; j++)
    {
      const uint key = first_key + j;

      pz_score_key (pz_key_start (min (key, args.keys - 1), args.keys, args.width), j);
      [[unroll]] for (uint r = 0; r < ROWS; r++)
        if (key >= args.keys || (args.causal != 0 && key > pz_query (r)))
          pz_scores[r * KEYS + j] = PZ_MASKED;
    }
}

// Scores become weights relative to the new maximum; what was summed before is rescaled to it.
void
weigh_block ()
{
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      float maximum = maxima[r];
      float total = 0.0;

      [[unroll]] for (uint j = 0; j < KEYS; j++)
        maximum = max (maximum, pz_scores[r * KEYS + j]);
      [[unroll]] for (uint j = 0; j < KEYS; j++)
        {
          pz_scores[r * KEYS + j] = exp2 (pz_scores[r * KEYS + j] - maximum);
          total += pz_scores[r * KEYS + j];
        }

      const float rescale = exp2 (maxima[r] - maximum);
      totals[r] = fma (totals[r], rescale, total);
      maxima[r] = maximum;
      [[unroll]] for (uint four = 0; four < PZ_FOURS; four++)
        values[r * PZ_FOURS + four] *= rescale;
    }
}

void
add_values (uint first_key)
{
  [[unroll]] for (uint four = 0; four < PZ_FOURS; four++) [[unroll]]
    for (uint j = 0; j < KEYS; j++)
      {
        const uint key = min (first_key + j, args.keys - 1);
        const vec4 value = pz_row4 (args.v, pz_key_start (key, args.keys, args.width), four);

        [[unroll]] for (uint r = 0; r < ROWS; r++)
          values[r * PZ_FOURS + four] =
            fma (vec4 (pz_scores[r * KEYS + j]), value, values[r * PZ_FOURS + four]);
      }
}

// What a row's attention is multiplied with: 1 / total, and the gate where there is one.
float
row_factor (uint query, float total)
{
  const uint batch = gl_WorkGroupID.z;
  const uint head = batch * args.heads + gl_WorkGroupID.y;
  float factor = 1.0 / total;

  // Where every probability of the gate's column vanished in f32 there is no local branch, not 0 / 0.
  if (args.gate != 0)
    {
      const float largest = load1_f32 (args.gate_max, batch);

      factor *= largest > 0.0 ? load1_f32 (args.gate, head * args.queries + query) / largest
                                  * load1_f32 (args.strength, batch)
                              : 0.0;
    }
  return factor;
}

void
store_four (uint start, uint four, vec4 result)
{
  const uint d = four * 4;

  if (args.residual != 0)
    result += pz_row4 (args.residual, start, four);
  if (HEAD_DIM % 4 == 0)
    store4 (args.y, start + d, result);
  else [[unroll]]
    for (uint i = 0; i < 4; i++)
      if (d + i < HEAD_DIM)
        store1 (args.y, start + d + i, result[i]);
}

void
main ()
{
  // A causal tile needs no key after its last query.
  const uint after_tile = (gl_WorkGroupID.x + 1) * ROWS * gl_WorkGroupSize.x;
  const uint end = args.causal != 0 ? min (args.keys, after_tile) : args.keys;
  uint key = 0;

  pz_load_queries (args.queries, args.width, args.scale_log2e);
  [[unroll]] for (uint i = 0; i < ROWS * PZ_FOURS; i++)
    values[i] = vec4 (0.0);
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      maxima[r] = PZ_MASKED;
      totals[r] = 0.0;
    }

  do
    {
      score_block (key);
      weigh_block ();
      add_values (key);
      key += KEYS;
    }
  while (key < end);

  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const uint query = pz_query (r);
      const uint start =
        (gl_WorkGroupID.z * args.queries + query) * args.width + gl_WorkGroupID.y * HEAD_DIM;

      if (query < args.queries)
        {
          const float factor = row_factor (query, totals[r]);

          [[unroll]] for (uint four = 0; four < PZ_FOURS; four++)
            store_four (start, four, values[r * PZ_FOURS + four] * factor);
        }
    }
}
